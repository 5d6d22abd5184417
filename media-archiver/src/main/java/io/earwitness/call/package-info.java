/**
 * The domain: calls, parties, tenants, streams, and the rules that recorder, archiver and portal
 * must decide alike. Records and pure functions over the JDK only. Terms are those of RFC 7865
 * (recording metadata) and RFC 7866 (recording protocol). This package knows no SIP, no database,
 * no files.
 */
@NullMarked
package io.earwitness.call;

import org.jspecify.annotations.NullMarked;
