/**
 * Syslog: messages by RFC 5424, framed by octet counting over TCP (RFC 6587 §3.4.1) or TLS (RFC
 * 5425 §4.3). Knows nothing of what is told.
 */
@NullMarked
package io.earwitness.syslog;

import org.jspecify.annotations.NullMarked;
