import { hash } from 'node:crypto'
import { BoundedMap } from './bounded-map.ts'

/** "Cnsn": says in the file's header (bytes 68 to 71) whose it is. */
export const applicationId = 0x436e736e

/**
 * 32 bits that an alias is found by in an index, before the text itself is compared. Aliases come in no order, so that
 * every import writes all over their index: with the texts in it, it would be four times as large. A cryptographic hash,
 * so that nobody can make up an input whose names all fall together.
 */
export function aliasHash(alias: string): number {
  const known = hashes.get(alias)
  if (known !== undefined) return known
  const value = Number.parseInt(hash('sha1', alias).slice(0, 8), 16)
  hashes.set(alias, value)
  return value
}

/** What is looked for and not found is stored next. */
const hashes = new BoundedMap<string, number>(1000)

/**
 * Version n of the file is what the first n steps make of an empty one; `PRAGMA user_version` holds it. Append only.
 *
 * What is written to at random places (counts, hashes) is kept narrow and apart from what rarely changes, because the
 * write-ahead log takes whole pages.
 *
 * Rows refer to listeners, artists and tracks by numbers that never leave the store. AUTOINCREMENT: a number is never
 * used again, so that a number read before a deletion can't mean somebody else after it.
 */
export const migrations: readonly string[] = [
  `
  -- Where data comes from: a source within an origin (policy.ts).
  CREATE TABLE sources (
    n INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (origin, source)
  ) STRICT;

  -- A listener outlives their content when that expires, so that what they said about being found is not forgotten:
  -- then digest is NULL and name, url, playlists, tags and embeddings are gone.
  CREATE TABLE listeners (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL UNIQUE,
    source INTEGER NOT NULL REFERENCES sources,
    read_at REAL NOT NULL,
    expires_at REAL,
    findable INTEGER NOT NULL,
    show_name INTEGER NOT NULL,
    show_tracks INTEGER NOT NULL,
    train INTEGER NOT NULL,
    digest BLOB,
    name TEXT,
    url TEXT
  ) STRICT;
  CREATE INDEX listeners_by_expiry ON listeners (expires_at) WHERE expires_at IS NOT NULL;

  -- entries: entries.ts. One row for each playlist rather than for each entry: half a million entries are a few
  -- thousand rows.
  CREATE TABLE playlists (
    n INTEGER PRIMARY KEY,
    listener INTEGER NOT NULL REFERENCES listeners ON DELETE CASCADE,
    position INTEGER NOT NULL,
    size INTEGER NOT NULL,
    name TEXT,
    entries BLOB NOT NULL,
    UNIQUE (listener, position)
  ) STRICT;

  -- body: tagged.ts.
  CREATE TABLE tagged (
    listener INTEGER PRIMARY KEY REFERENCES listeners ON DELETE CASCADE,
    body BLOB NOT NULL
  ) STRICT;

  -- A friendship is one row, the listener whose id comes first in byte order first.
  CREATE TABLE friends (
    a INTEGER NOT NULL REFERENCES listeners ON DELETE CASCADE,
    b INTEGER NOT NULL REFERENCES listeners ON DELETE CASCADE,
    PRIMARY KEY (a, b)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX friends_by_second ON friends (b);

  -- The key is the artist's first alias; further ones are in artist_aliases. hash: aliasHash of the key or alias.
  -- genres: JSON.
  CREATE TABLE artists (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    hash INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    spotify TEXT,
    mbid TEXT,
    genres TEXT,
    genres_source INTEGER REFERENCES sources,
    genres_read_at REAL,
    genres_expire_at REAL
  ) STRICT;
  CREATE INDEX artists_by_hash ON artists (hash);
  CREATE TABLE artist_aliases (
    n INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    alias TEXT NOT NULL,
    artist INTEGER NOT NULL REFERENCES artists ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX artist_aliases_by_hash ON artist_aliases (hash);
  CREATE INDEX artist_aliases_by_artist ON artist_aliases (artist);
  -- listeners: document frequency. uses: how many listeners (by items or by tags) and tracks refer to the artist.
  CREATE TABLE artist_counts (
    artist INTEGER PRIMARY KEY REFERENCES artists ON DELETE CASCADE,
    listeners INTEGER NOT NULL,
    uses INTEGER NOT NULL
  ) STRICT;

  -- artists: numbers of artists, varints. audio: audio.ts; borrowed where an alias table said that another track sounds
  -- the same.
  CREATE TABLE tracks (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    hash INTEGER NOT NULL,
    key TEXT NOT NULL,
    artists BLOB NOT NULL,
    title TEXT,
    album TEXT,
    year INTEGER,
    spotify TEXT,
    isrc TEXT,
    mbid TEXT,
    audio BLOB,
    audio_source INTEGER REFERENCES sources,
    audio_read_at REAL,
    audio_expires_at REAL,
    audio_borrowed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX tracks_by_hash ON tracks (hash);
  CREATE TABLE track_aliases (
    n INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    alias TEXT NOT NULL,
    track INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX track_aliases_by_hash ON track_aliases (hash);
  CREATE INDEX track_aliases_by_track ON track_aliases (track);
  CREATE TABLE track_counts (
    track INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
    listeners INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE candidates (
    id TEXT PRIMARY KEY,
    found_in TEXT NOT NULL,
    found_at REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'failed'))
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX candidates_by_state ON candidates (state, id);

  -- Models' versions; the files are in models/v<version> beside this one, with their SHA-256 here. card, files: JSON.
  CREATE TABLE models (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    card TEXT NOT NULL,
    files TEXT NOT NULL
  ) STRICT;
  -- The promoted version is that of the newest row; rolling back deletes it.
  CREATE TABLE promotions (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES models
  ) STRICT;
  CREATE TABLE splits (
    version INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
    listener INTEGER NOT NULL REFERENCES listeners ON DELETE CASCADE,
    part TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test', 'excluded')),
    PRIMARY KEY (version, listener)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX splits_by_listener ON splits (listener);
  -- vector: float32, little-endian.
  CREATE TABLE embeddings (
    listener INTEGER NOT NULL REFERENCES listeners ON DELETE CASCADE,
    model INTEGER NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (listener, model)
  ) STRICT, WITHOUT ROWID;

  -- Names listeners by their random keys only. Of the changes of one kind to one listener only the newest is kept: who
  -- follows the sequence misses nothing by that, and it stays as small as the store.
  CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT
  ) STRICT;
  CREATE UNIQUE INDEX changes_by_key ON changes (coalesce(key, ''), kind);

  -- A row while bytes of removed listeners may still be in the files (erase.ts).
  CREATE TABLE unscrubbed (n INTEGER PRIMARY KEY) STRICT;
  `,
  `
  -- When a source (its genres of artists, its audio features of tracks) was asked last, whether it knew something or
  -- not, and from when on it may be asked again.
  CREATE TABLE artist_asks (
    artist INTEGER NOT NULL REFERENCES artists ON DELETE CASCADE,
    source INTEGER NOT NULL REFERENCES sources,
    asked_at REAL NOT NULL,
    again_at REAL NOT NULL,
    PRIMARY KEY (artist, source)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE track_asks (
    track INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    source INTEGER NOT NULL REFERENCES sources,
    asked_at REAL NOT NULL,
    again_at REAL NOT NULL,
    PRIMARY KEY (track, source)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What the next reading of a listener wants to know; body: as its source wrote it.
  CREATE TABLE reading_notes (
    listener INTEGER PRIMARY KEY REFERENCES listeners ON DELETE CASCADE,
    body TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- What a model knows of a listener beside the embedding, made from what was stored up to a change. terms are read for
  -- everybody and details for few, so they lie apart.
  CREATE TABLE descriptions (
    listener INTEGER NOT NULL REFERENCES listeners ON DELETE CASCADE,
    model INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    terms BLOB NOT NULL,
    PRIMARY KEY (listener, model)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE description_details (
    n INTEGER PRIMARY KEY,
    listener INTEGER NOT NULL REFERENCES listeners ON DELETE CASCADE,
    model INTEGER NOT NULL,
    details BLOB NOT NULL,
    UNIQUE (listener, model)
  ) STRICT;
  -- When everybody was last described for a model.
  CREATE TABLE refreshes (
    model INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    described INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- Who was erased for good, and is not stored again until they say so. mark: barred.ts.
  CREATE TABLE barred (mark BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE barred_key (n INTEGER PRIMARY KEY CHECK (n = 1), key BLOB NOT NULL) STRICT;
  INSERT INTO barred_key VALUES (1, randomblob(32));
  `,
]
