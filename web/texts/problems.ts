interface ProblemText {
  readonly title: string
  readonly help: string
}

/** By the code of the problem; what it says of this time stands below. */
export const problems: { readonly [code: string]: ProblemText } = {
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
    help: 'The file operator-token in the data folder holds it, or CONSONANCE_OPERATOR_TOKEN.',
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
  'profile-owned': {
    title: 'This profile belongs to somebody.',
    help: 'If that is you, sign in, or use the key you were given.',
  },
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
}
