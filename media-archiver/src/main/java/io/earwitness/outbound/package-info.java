/**
 * Connections to addresses that people configure: to no address of this machine or its link unless
 * that is allowed, with bounded times, by TLS 1.2 or 1.3 with the host's name checked. Knows
 * nothing of what is sent.
 */
@NullMarked
package io.earwitness.outbound;

import org.jspecify.annotations.NullMarked;
