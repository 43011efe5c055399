/** Every English text of the page, in one place. A function makes a text out of numbers and names. */
export const texts = {
  name: 'Consonance',
  skip: 'Skip to the page',
  nav: { label: 'Pages', you: 'Your data', operator: 'Operator' },
  theme: { light: 'Light', dark: 'Dark', switchTo: (other: string) => `Switch to the ${other.toLowerCase()} theme` },
  simulated: 'simulated',
  foot: {
    simulated: 'All listeners here are simulated: animals and objects with invented artists. Nobody is behind them.',
    population: (listeners: number) => `${count(listeners, 'listener')} can be found here.`,
    marks: (marks: readonly string[]) => `Model: ${marks.join(', ')}.`,
  },
  loading: 'One moment…',
  tryAgain: 'Try again',
  back: 'Back',
  close: 'Close',
  cancel: 'Cancel',
  numbers: 'The numbers',
  opensElsewhere: '(opens another site)',
  spotify: {
    source: 'Playlists read from Spotify',
    open: 'Open Spotify',
    profile: 'Profile on Spotify',
  },

  start: {
    title: 'Who hears music like you?',
    lede: 'Bring what you listen to. Consonance finds the listeners whose taste is closest to yours, and says why.',
    field: (ways: readonly string[]) => sentence(list(ways, 'or')),
    ways: {
      spotify: 'Spotify profile link or id',
      listenbrainz: 'listenbrainz:name',
      lastfm: 'lastfm:name',
      stored: 'the id of a listener here',
      none: 'profile link, id or name',
    },
    find: 'Find',
    samples: 'Try one of these:',
    samplesSimulated: 'Try a simulated listener:',
    signIn: 'Sign in with Spotify',
    signInWhy: 'reads the playlists of your account, once, and keeps no password',
    drop: {
      title: 'Drop your exported data here',
      hint: 'Spotify’s download, Exportify, ListenBrainz or Last.fm exports: zip, JSON or CSV.',
      choose: 'Choose files',
      over: 'Let go to read them',
      privacy:
        'The files are read in your browser. Only artists, tracks, playlist titles, dates and play counts leave it.',
    },
    notReady: 'Nobody can be compared yet.',
    gettingReady: 'Getting ready',
    gettingReadyHelp:
      'The listeners are read and the model is trained, as you see. What you ask for now waits until that is done.',
    noModel: 'There is no model yet. An operator makes one with: npx consonance train',
    how: [
      [
        'Rare things count',
        'An artist few people know says more about you than a hit. Matches are explained by them first.',
      ],
      ['The number means something', 'Affinity 50: as alike as two halves of one person’s listening typically are.'],
      ['You decide who sees you', 'Nobody can find you until you say so. Erasing takes effect at once, everywhere.'],
    ],
  },

  files: {
    title: 'Your files',
    reading: 'Reading your files in this browser',
    bytes: (done: string, of: string) => `${done} of ${of}`,
    leaves: (items: number) =>
      `${count(items, 'item')} will be sent: artists, tracks, playlist titles, dates and play counts. Nothing else, and not the files.`,
    details: 'What was in the files',
    file: (what: string, rows: string) => `${what}, ${rows}`,
    brokenAt: (place: string, reason: string) => (place ? `${place}: ${reason}` : reason),
    most: (items: string, most: string) => `These are ${items} items; ${most} can be sent.`,
    send: 'Find my matches',
    other: 'Choose other files',
    columns: {
      title: 'Which column is what?',
      help: 'We don’t know this table. Tell us where the artist is; the rest is optional.',
      none: 'not in this table',
      names: {
        artist: 'Artist',
        track: 'Track',
        album: 'Album',
        playlist: 'Playlist',
        plays: 'Number of plays',
        played: 'Played at',
        added: 'Added at',
      },
      read: 'Read the table',
    },
  },

  job: {
    title: 'Reading your music',
    titleDemo: 'Making a world to listen to',
    ledeDemo: 'Simulated listeners are read, and the model learns what goes together. It takes about a minute.',
    states: {
      waiting: 'Waiting for its turn',
      running: 'Working on it',
      done: 'Done',
      failed: 'This did not work',
      cancelled: 'Cancelled',
    },
    steps: 'Steps',
    step: {
      of: (done: string, total: string, unit: string) => `${done} of ${total} ${unit}`,
      count: (done: string, unit: string) => `${done} ${unit}`,
    },
    stepStates: { running: 'now', done: 'done', 'broken-off': 'broken off' },
    notRead: (found: number) => `${count(found, 'thing')} we couldn’t read`,
    unnamed: 'Without a name',
    lost: 'The connection was lost. The work goes on; we are connecting again…',
    provisional: 'First matches, from what is read so far. They will change.',
    toMatches: 'See your matches',
    cancel: 'Stop reading',
    cancelled: 'Nothing more is read.',
    again: 'Start again',
  },

  taste: {
    title: (name: string | undefined) => (name ? `The taste of ${name}` : 'Your taste'),
    short: 'Your taste',
    read: (artists: number, tracks: number, playlists: number) =>
      `${count(artists, 'artist')}, ${count(tracks, 'track')}${playlists > 0 ? `, ${count(playlists, 'playlist')}` : ''}`,
    rarer: (share: number) => `rarer than ${percent(share)} of listeners here`,
    rarerTitle: 'How unusual',
    rarerMessage: (share: number) =>
      share >= 0.66
        ? `Your artists are lesser known than those of ${percent(share)} of the listeners here.`
        : share >= 0.34
          ? `About as many listeners here have lesser known artists as have better known ones: you are rarer than ${percent(share)}.`
          : `You mostly keep artists whom many know: ${percent(1 - share)} of the listeners here have lesser known ones.`,
    rarerHead: 'Rarer than this share of listeners',
    everybody: 'known to all',
    nobody: 'known to few',
    genresTitle: 'Genres',
    genresMessage: (genre: string, share: number, others: number) =>
      `Most of all you hear ${genre}: ${percent(share)} of your music, ${percent(others)} of everybody’s.`,
    genresKnown: (share: number) => `Genres are known for ${percent(share)} of what you hear.`,
    noGenres: 'No genre is known of your artists yet.',
    artistsTitle: 'Artists',
    tracksTitle: 'Most heard tracks',
    artistsMessage: (artist: string, share: number) =>
      `${artist} takes ${percent(share)} of your listening, more than anybody else.`,
    soundTitle: 'Sound',
    soundMessage: (higher: readonly string[], lower: readonly string[]) =>
      higher.length + lower.length === 0
        ? 'Your music sounds like that of most people here.'
        : `Compared with everybody, yours is ${list([...higher, ...lower], 'and')}.`,
    soundKnown: (share: number) => `The sound is known for ${percent(share)} of your tracks.`,
    noSound: 'How your music sounds is not known yet.',
    decadesTitle: 'Decades',
    decadesMessage: (decade: string, share: number) => `${percent(share)} of your music is from the ${decade}.`,
    noDecades: 'No year is known of your music.',
    decade: (decade: number) => `${decade}s`,
    you: 'you',
    everybodys: 'everybody',
    middle: 'everybody’s middle',
    most: 'eight in ten listeners',
    head: {
      genre: 'Genre',
      artist: 'Artist',
      feature: 'Sound',
      decade: 'Decade',
      you: 'You',
      everybody: 'Everybody',
      knownBy: 'Known by',
      low: 'A tenth lies below',
      middle: 'Half lies below',
      high: 'Nine tenths lie below',
    },
    features: {
      energy: { name: 'energy', more: 'more energetic', less: 'calmer' },
      danceability: { name: 'danceability', more: 'more danceable', less: 'less danceable' },
      valence: { name: 'brightness', more: 'brighter in mood', less: 'darker in mood' },
      acousticness: { name: 'acoustic', more: 'more acoustic', less: 'less acoustic' },
      instrumentalness: { name: 'instrumental', more: 'more instrumental', less: 'more sung' },
      speechiness: { name: 'spoken words', more: 'richer in words', less: 'poorer in words' },
      liveness: { name: 'live feel', more: 'more live', less: 'more studio' },
      tempo: { name: 'tempo', more: 'faster', less: 'slower' },
      loudness: { name: 'loudness', more: 'louder', less: 'quieter' },
    },
    perMinute: (value: number) => `${Math.round(value)} bpm`,
    decibels: (value: number) => `${value.toFixed(1).replace('-', '−')} dB`,
  },

  matches: {
    title: 'Closest to you',
    titleOf: (name: string) => `Closest to ${name}`,
    list: 'Matches',
    among: (candidates: number) => `among ${count(candidates, 'listener')}`,
    affinity: 'affinity',
    affinityMeans: 'Affinity 50 means: as alike as two halves of one person’s own listening typically are.',
    shared: (artists: number, tracks: number) =>
      artists + tracks === 0
        ? undefined
        : tracks > 0
          ? `${count(artists, 'artist')} and ${count(tracks, 'track')} in common`
          : `${count(artists, 'artist')} in common`,
    enjoy: (tracks: number) => `${count(tracks, 'track')} of theirs you’d like`,
    sideBySide: 'Side by side',
    sideBySideWith: (name: string) => `Side by side with ${name}`,
    more: 'Shared artists and tracks',
    artists: 'Artists, rarest first',
    tracks: 'Tracks, rarest first',
    knownBy: (share: number) => (share < 0.001 ? 'hardly anybody has it' : `${percent(share)} have it`),
    none: 'Nobody here is close to what is left.',
    noneHelp: 'Leave out less, or bring more of what you hear.',
    updated: (first: string) => `Matches updated. Closest: ${first}.`,
    updating: 'Looking again…',
    genres: 'Genres you share',
    allOfTaste: 'All of your taste',
    confidence: {
      'not enough data': 'not enough data',
      rough: 'rough',
      fair: 'fair',
      sure: 'sure',
    },
  },

  hygiene: {
    title: 'What counts',
    help: 'Leave out what is not really you. The matches change at once; your data stay as they are.',
    offers: {
      sleep: (share: number) => `Sleep and background sounds are ${percent(share)} of what we read.`,
      children: (share: number) => `Children’s music is ${percent(share)} of what we read.`,
      seasonal: (share: number) => `Holiday music is ${percent(share)} of what we read.`,
    },
    leaveOutIt: 'Leave it out',
    isOut: 'Left out',
    recency: 'Recent music',
    recencyAt: (value: number) =>
      value === 0
        ? 'all counts alike'
        : value < 0.35
          ? 'counts a little more'
          : value < 0.65
            ? 'counts more'
            : value < 1
              ? 'counts much more'
              : 'what is a month old counts half',
    noDates: 'What we read has no dates, so recent and old music count alike.',
    diversity: 'Close twins, or a wider taste',
    diversityAt: (value: number) =>
      value === 0 ? 'close twins' : value < 0.5 ? 'a little wider' : value < 1 ? 'wider' : 'as wide as can be',
    period: 'Leave out a period',
    from: 'From',
    to: 'To',
    periodWrong: 'The period ends before it begins.',
    leaveOutLabel: { artists: 'Leave out an artist', genres: 'Leave out a genre', playlists: 'Leave out a playlist' },
    choose: 'Choose…',
    bringBack: (what: string) => `Bring back ${what}`,
    reset: 'Count everything again',
    summary: (changes: number) => (changes === 0 ? 'Everything counts' : `${count(changes, 'change')}`),
  },

  pair: {
    title: (you: string | undefined, other: string) => `${you ?? 'You'} and ${other}`,
    them: 'they',
    share: 'What you share',
    shareMessage: (artists: number, rarest: string, knownBy: number) =>
      artists === 1
        ? `You share ${rarest}, whom ${percent(knownBy)} of the listeners have.`
        : `You share ${artists} artists. The rarest is ${rarest}, whom ${percent(knownBy)} of the listeners have.`,
    shareNone: 'You share no artist yet; what you hear is close all the same.',
    tracksTitle: 'Tracks you both have',
    why: 'What brings you together',
    whyMessage: (part: string, share: number) => `Mostly ${part}: ${percent(share)} of what makes you close.`,
    part: 'Part',
    shareHead: 'Share',
    apart: ' (draws you apart)',
    rarity: 'rarity',
    confidence: 'confidence',
    against: (yours: string, theirs: string) => `${yours} / ${theirs}`,
    genres: 'Genres of both',
    genresMessage: (genre: string, yours: number, theirs: number) =>
      `You meet most in ${genre}: ${percent(yours)} of yours, ${percent(theirs)} of theirs.`,
    genresApart: 'You have no genre of any size in common.',
    sound: 'Sound of both',
    soundMessage: (near: string, far: string) => `You are closest in ${near} and furthest apart in ${far}.`,
    differ: 'Where you differ',
    moreYours: 'More with you',
    moreTheirs: 'More with them',
    theirArtists: 'They also keep',
    borrow: 'What you could borrow',
    borrowYou: 'From them, for you',
    borrowThem: 'From you, for them',
    private: 'Not shown',
    head: {
      artist: 'Artist',
      track: 'Track',
      yours: 'You',
      theirs: 'They',
      knownBy: 'Known by',
      genre: 'Genre',
      feature: 'Sound',
    },
    allArtists: (artists: number) => `All ${count(artists, 'artist')}`,
    playlist: {
      make: 'Make a playlist for both',
      title: 'A playlist for both',
      from: { both: 'both', you: 'from you', them: 'from them' },
      message: (both: number, you: number, them: number) =>
        sentence(
          list(
            [both && `${both} you both have`, you && `${you} of yours`, them && `${them} of theirs`].filter(
              (part) => part !== 0,
            ),
            'and',
          ),
        ),
      save: 'Save to my Spotify account',
      signInToSave: 'Sign in to save it',
      saved: (tracks: number) => `Saved with ${count(tracks, 'track')}.`,
      openSaved: 'Open it on Spotify',
      copy: 'Copy as text',
      copied: 'Copied.',
      empty: 'There is no track to put on it: they share none, and yours have no names.',
    },
    card: 'Make a card to share',
    block: 'Block',
    report: 'Report',
    blocked: (name: string) => `${name} is blocked: neither of you finds the other any more.`,
    blockSure: (name: string) => `Block ${name}?`,
    blockMeans: 'Neither of you will find the other any more. You can undo it in “Your data”.',
    reportTitle: (name: string) => `Report ${name}`,
    reportReason: 'What is wrong?',
    reportText: 'Anything the operator should know (optional)',
    reportBlock: 'Block them too',
    reportSend: 'Send the report',
    reportSent: 'Thank you. The operator will look at it.',
    reasons: {
      name: 'The name is offensive',
      impersonation: 'They pretend to be somebody else',
      harassment: 'They harass me',
      'not-a-person': 'This is not a person',
      other: 'Something else',
    },
  },

  card: {
    title: 'A card to share',
    lede: 'No cover art, and no name of anybody who did not agree. Made in your browser.',
    download: 'Download the picture',
    copyAlt: 'Copy the description',
    copied: 'Copied.',
    alt: 'Description for people who don’t see it',
    me: 'Me',
    unnamed: 'somebody here',
    simulated: 'simulated listeners, nobody is behind them',
    brings: 'what brings us together',
    affinity: 'affinity',
    dark: 'Dark card',
  },

  you: {
    title: 'You and your data',
    lede: 'What is kept about you, who sees it, and how to get rid of it.',
    nobody: 'You have brought no profile in this browser yet.',
    nobodyHelp: 'Start with a link, a name or your files; then everything about it can be changed here.',
    toStart: 'Bring a profile',
    choose: 'Profile',
    signedIn: (name: string) => `Signed in with Spotify as ${name}.`,
    signOut: 'Sign out',
    readMine: 'Read my playlists',
    kept: 'What is kept',
    origin: 'Origin',
    origins: {
      simulated: 'simulated',
      'own-export': 'your own files',
      listenbrainz: 'ListenBrainz',
      'lastfm-api': 'Last.fm',
      research: 'a research set',
      spotify: 'Spotify',
      reccobeats: 'ReccoBeats',
      musicbrainz: 'MusicBrainz',
    },
    readAt: 'Read',
    expires: 'Kept until',
    contents: 'Contents',
    name: 'Name',
    who: 'Who sees what',
    ownerOnly: 'Only the owner of this profile can change this.',
    flags: {
      findable: {
        name: 'Others can find me',
        means: 'You may appear among the matches of others. Off: nobody sees you.',
      },
      showName: { name: 'Show my name and link', means: 'Off: a pseudonym is shown.' },
      showTracks: {
        name: 'Show what we don’t share',
        means: 'Your matches may see artists and tracks of yours that they don’t have, and borrow them.',
      },
      train: {
        name: 'Learn from my profile',
        means: 'The next model may be trained on it. Off: it is never used for training.',
      },
    },
    saved: 'Saved.',
    claim: 'Is this your profile?',
    claimHelp: 'Prove it, and you can change or erase it.',
    claimSignIn: 'Sign in with Spotify',
    claimStart: 'Get a code',
    claimSteps: (code: string) =>
      `Put ${code} into the title of one of the profile’s public playlists, then come back. You may rename it again afterwards.`,
    claimCheck: 'I’ve done it',
    claimed: 'The profile is yours.',
    lastReading: 'The last reading',
    rights: 'Take it or leave it',
    return: 'Have you brought a profile in another browser?',
    returnKey: 'The key you were given',
    returnGo: 'Bring it back',
    ownerKey:
      'With this key you can come back to the profile from another browser. Keep it; it goes when this tab is closed.',
    unblockIt: 'Unblock',
    again: 'Read again',
    export: 'Download everything about me',
    erase: 'Erase this profile',
    eraseSure: 'Erase everything?',
    eraseMeans:
      'The profile, its playlists and what was computed from them are gone at once and for good. The next model is trained without them. There is no undo.',
    eraseYes: 'Erase everything',
    erased: 'Everything is erased.',
    blocked: 'Blocked',
    unblock: (name: string) => `Unblock ${name}`,
    noBlocked: 'You have blocked nobody.',
  },

  operator: {
    title: 'Operator',
    lede: 'Is it working, how well, and what to do next.',
    signIn: 'Operator’s token',
    signInHelp: 'It is printed by `npx consonance serve`, or set as CONSONANCE_OPERATOR_TOKEN.',
    enter: 'Enter',
    leave: 'Leave',
    off: 'The operator’s page is switched off for this installation.',
    population: 'Population',
    listeners: 'Listeners',
    findable: 'findable',
    tracks: 'Tracks',
    withAudio: 'with sound',
    artists: 'Artists',
    withGenres: 'with genres',
    playlists: 'Playlists',
    entries: 'entries',
    source: 'Source',
    originHead: 'Origin',
    candidates: 'Candidates',
    candidatesMessage: (waiting: number) => `${count(waiting, 'profile')} wait to be read.`,
    foundIn: 'Found in',
    waiting: 'Waiting',
    read: 'Read',
    failed: 'Failed',
    models: 'Models',
    version: 'Version',
    kind: 'Kind',
    trained: 'Trained',
    measures: 'Measures',
    allMeasures: (measures: number) => `All ${count(measures, 'measure')}`,
    report: 'Report',
    openReport: (version: number) => `Report of version ${version}`,
    serves: 'serves',
    promote: 'Promote',
    promoteVersion: (version: number) => `Promote version ${version}`,
    rollback: 'Roll back',
    rolledBack: (version: number) => `Version ${version} serves now.`,
    noModels: 'There is no model yet: npx consonance train',
    index: 'Index',
    indexMessage: (listeners: number, behind: number) =>
      behind === 0
        ? `${count(listeners, 'listener')} can be found; the index is up to date.`
        : `${count(listeners, 'listener')} can be found; ${count(behind, 'change')} behind.`,
    size: 'Size',
    refreshed: 'Refreshed',
    quota: 'Spotify quota',
    noQuota: 'No Spotify credentials are set.',
    quotaMessage: (used: number, perDay: number | null) =>
      perDay === null
        ? `${count(used, 'request')} in the last 24 hours.`
        : `${format(used)} of about ${count(perDay, 'request')} in the last 24 hours.`,
    closedUntil: (when: string) => `Closed by Spotify until ${when}.`,
    jobs: 'Jobs',
    noJobs: 'No job yet.',
    what: 'What',
    state: 'State',
    began: 'When',
    action: 'To do',
    trouble: 'Trouble',
    scheduleMessage: (cron: string | null) =>
      cron === null ? 'There is no schedule: npx consonance refresh brings it up to date.' : `Runs at ${cron}.`,
    refreshNow: 'Refresh now',
    tier: (tier: string) => `Access: ${tier}.`,
    reason: 'Reason',
    last: 'Last',
    policy: 'What may be done with whose data',
    keptFor: 'Kept for',
    matched: 'Matched',
    trainedOn: 'Trained on',
    yes: 'yes',
    no: 'no',
    switches: 'Switches',
    switchName: 'Switch',
    value: 'Value',
    explained: 'Explained in',
    reports: 'Reports about matches',
    noReports: 'No open report.',
    resolve: 'Done',
    resolveReport: (name: string) => `Done with the report about ${name}`,
    machine: 'Machine',
    memory: 'Memory',
    disk: 'Data on disk',
    uptime: 'Running since',
  },

  /** By the code of the problem; what it says of this time stands below. */
  problems: {
    unreachable: {
      title: 'We can’t reach the server.',
      help: 'Is it running, and are you online? We try again by ourselves.',
    },
    page: { title: 'Something went wrong here.', help: 'Reloading the page usually helps.' },
    internal: {
      title: 'Something went wrong on our side.',
      help: 'Please try again. The log of the server says more.',
    },
    empty: { title: 'Please paste a link, an id or a name first.', help: '' },
    tooManyItems: {
      title: 'This is more than one listener can have.',
      help: 'Choose fewer files, such as the last years only.',
    },
    'invalid-request': { title: 'The server did not understand this.', help: 'Reloading the page usually helps.' },
    'request-too-large': { title: 'This is more than can be sent at once.', help: 'Choose fewer files.' },
    'rate-limited': { title: 'That was a bit quick.', help: 'Please wait a moment, then try again.' },
    'too-many-jobs': { title: 'A lot is being read right now.', help: 'Please try again in a minute.' },
    'too-many-streams': { title: 'Too many pages watch at once.', help: 'Close some, then reload this one.' },
    'too-many-uploads': { title: 'There is no room for more files now.', help: 'Please try again in a few minutes.' },
    stopping: { title: 'The server is restarting.', help: 'We connect again by ourselves.' },
    'cross-site': {
      title: 'The server takes this only from its own page.',
      help: 'Open Consonance by its own address and try again.',
    },

    'operator-only': { title: 'Only the operator may do this.', help: 'Enter the operator’s token first.' },
    'operator-token-wrong': {
      title: 'This is not the operator’s token.',
      help: 'It is printed where the server was started.',
    },
    'owner-token-wrong': {
      title: 'This key belongs to no profile.',
      help: 'Perhaps the profile was erased, or a part of the key is missing.',
    },
    'not-owner': {
      title: 'Only the owner of the profile may do this.',
      help: 'If it is yours, claim it in “Your data”.',
    },

    'link-not-readable': {
      title: 'This is not a profile we can read.',
      help: 'In Spotify, open your profile, choose “Share” and “Copy link to profile”, then paste it here.',
    },
    'link-other-host': {
      title: 'This link leads to another site.',
      help: 'Links to profiles begin with open.spotify.com/user/.',
    },
    'link-is-playlist': {
      title: 'This is a playlist, not a person.',
      help: 'Open the profile of whoever made it, choose “Share” and “Copy link to profile”.',
    },
    'link-is-other': {
      title: 'This is not a profile.',
      help: 'A profile’s link has /user/ in it: open the profile, choose “Share” and “Copy link to profile”.',
    },
    'link-ambiguous': {
      title: 'This id can mean several things.',
      help: 'Paste the whole link of the profile instead.',
    },
    'link-short': {
      title: 'This short link doesn’t say where it leads.',
      help: 'Open it in your browser and paste the long address.',
    },
    'way-closed': {
      title: 'Profiles can’t be read in this way here.',
      help: 'Your exported data always work: drop them below.',
    },
    'matching-not-permitted': {
      title: 'Profiles from this service may not be compared here.',
      help: 'The operator has not switched it on. Your exported data work: drop them below.',
    },
    'profile-owned': { title: 'This profile belongs to somebody.', help: 'If that is you, claim it in “Your data”.' },
    'person-not-found': {
      title: 'We found nobody by this name.',
      help: 'Check the spelling, or whether the account was deleted.',
    },
    'profile-private': {
      title: 'This profile shows no playlists.',
      help: 'Make some public in Spotify (“Add to profile”), sign in, or bring your exported data.',
    },
    'profile-empty': {
      title: 'There is no music in this profile.',
      help: 'Podcasts don’t count. Try another profile, or bring your exported data.',
    },
    'not-permitted': {
      title: 'The service doesn’t let us read this.',
      help: 'Sign in as that person, or bring the exported data.',
    },
    'quota-closed': {
      title: 'Spotify lets us ask no more for now.',
      help: 'What was read is kept, and the rest follows later. Your exported data work at once.',
    },
    'service-unavailable': { title: 'The music service doesn’t answer.', help: 'Please try again in a few minutes.' },
    'sign-in-needed': { title: 'Please sign in first.', help: '' },
    'sign-in-failed': { title: 'The sign-in did not succeed.', help: 'Nothing was read. You can try again.' },

    'upload-not-found': { title: 'These files are gone.', help: 'Please choose them again.' },
    'file-not-readable': {
      title: 'There is nothing in these files that we can read.',
      help: 'The whole zip that the service sent you is best.',
    },
    'file-too-large': {
      title: 'This file is too large.',
      help: 'Listening data are far smaller. Is it the right file?',
    },
    'file-bomb': {
      title: 'This file unpacks to more than is reasonable.',
      help: 'Is it the file that the service sent you?',
    },

    'job-not-found': { title: 'This job is not here any more.', help: 'Please start again.' },
    'no-answer-yet': { title: 'There are no matches yet.', help: 'They come in a moment.' },
    'profile-not-found': { title: 'This profile is not here.', help: 'It was erased, or it belongs to somebody else.' },
    'match-not-found': { title: 'This listener is not here any more.', help: 'Perhaps they took their profile back.' },
    'no-model': {
      title: 'Nobody can be compared yet.',
      help: 'There is no model; an operator makes one with: npx consonance train',
    },
    'cannot-match': {
      title: 'This profile can’t be compared.',
      help: 'It needs a few artists that somebody else here has, too.',
    },
    'claim-not-possible': { title: 'This profile can’t be claimed.', help: '' },
    'claim-not-begun': { title: 'The code is too old.', help: 'Get a new one.' },
    'claim-code-missing': {
      title: 'We don’t see the code yet.',
      help: 'Is the playlist public, and its title saved? Spotify takes a minute sometimes.',
    },
    'report-not-found': { title: 'This report is done already.', help: '' },
    'model-not-found': { title: 'There is no such model.', help: '' },
  } as Problems,

  notFound: {
    title: 'There is no such page',
    help: 'The link may be old, or the profile was erased.',
    home: 'To the start',
  },
} as const

type Problems = { readonly [code: string]: { readonly title: string; readonly help: string } }

const numbers = new Intl.NumberFormat('en')
const percents = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

export function format(number: number): string {
  return numbers.format(number)
}

/** `1,204 listeners`, `1 listener`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${numbers.format(number)} ${number === 1 ? one : many}`
}

/** `12 %`, `1.5 %`. */
export function percent(share: number): string {
  const hundred = 100 * share
  if (hundred > 0 && hundred < 0.1) return '<0.1 %'
  return `${hundred < 10 ? percents.format(hundred) : Math.round(hundred)} %`
}

/** `a, b and c`. */
export function list(parts: readonly (string | false | 0 | undefined)[], word: 'and' | 'or'): string {
  const told = parts.filter((part) => typeof part === 'string')
  if (told.length < 2) return told.join('')
  return `${told.slice(0, -1).join(', ')} ${word} ${told.at(-1)}`
}

/** An ISO time as a moment here. */
export function moment(time: string): string {
  return moments.format(new Date(time))
}

export function day(time: string): string {
  return days.format(new Date(time))
}

/** `12 MB`. */
export function bytes(size: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3))
  return `${new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(size / 1000 ** power)} ${units[power]}`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
