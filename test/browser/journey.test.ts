/** In this order, and in one process: they share a server, whose Spotify is closed at the end. */
import './journey/finding.ts'
import './journey/owning.ts'
import './journey/wrong-inputs.ts'
