/** A public data set that its owner lets everybody download on terms. */
export interface PublicSet {
  readonly name: string
  readonly title: string
  /** Page of the owner that tells about it. */
  readonly page: string
  readonly url: string
  /** SHA-256 of the archive, in hexadecimal. */
  readonly sha256: string
  /** No archive of it is larger. */
  readonly mostBytes: number
  /** Name of the folder that it is unpacked into. */
  readonly folder: string
  /** What the owner asks of whoever uses it. */
  readonly terms: readonly string[]
}

export const publicSets: readonly PublicSet[] = [
  {
    name: 'lastfm-2k',
    title: 'HetRec 2011 Last.fm 2K: top artists, tags and friend links of 1,892 listeners',
    page: 'https://grouplens.org/datasets/hetrec-2011/',
    url: 'https://files.grouplens.org/datasets/hetrec2011/hetrec2011-lastfm-2k.zip',
    sha256: '6738f48195667ff03caaab4d32ca9a3133d8cc026b7c3cdaf6ce1010e913c59c',
    mostBytes: 64 << 20,
    folder: 'hetrec2011-lastfm-2k',
    terms: [
      'It is made available for non-commercial use. For a commercial one, ask Last.fm.',
      'Whoever uses it cites Last.fm (http://www.lastfm.com) and the HetRec 2011 workshop (Cantador, Brusilovsky and Kuflik,',
      'RecSys 2011). It must not be passed on: whoever wants it downloads it from its owner.',
    ],
  },
]
