/** In this order, and in one process: they share a server, whose Spotify is closed at the end. */
import './server/matches.ts'
import './server/brought.ts'
import './server/sign-in.ts'
import './server/operator.ts'
