/**
 * PostgreSQL as a part of Earwitness: unpacks the server's binaries, initialises, starts, adopts
 * and stops one server for one directory. Knows nothing of what is stored in it. Why it is done so:
 * {@code docs/adr/0004-embedded-postgresql.md}.
 */
@NullMarked
package io.earwitness.archive.catalog.embedded;

import org.jspecify.annotations.NullMarked;
