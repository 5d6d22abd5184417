/**
 * SRTP (RFC 3711, RFC 6188, RFC 7714): suites, keys, and the contexts that protect and unprotect
 * packets. Nothing here knows where keys come from (SDP) or where packets go.
 */
@org.jspecify.annotations.NullMarked
package io.earwitness.recorder.srtp;
