/**
 * The spool: sealed, append-only captures of recording sessions, all that the recorder shares with
 * the archiver. Format: {@code docs/formats/capture.md}. The recorder can only write (it holds the
 * public part of the capture certificate); whoever holds the private key can read. This package
 * knows no SIP, no database, no object store.
 */
@NullMarked
package io.earwitness.capture;

import org.jspecify.annotations.NullMarked;
