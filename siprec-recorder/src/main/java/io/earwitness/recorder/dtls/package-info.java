/**
 * DTLS-SRTP (RFC 5763, RFC 5764): a certificate of our own, the handshake of one stream, and the
 * SRTP keys that come of it. Nothing here knows sockets or SDP. The only package that uses
 * BouncyCastle's TLS.
 */
@org.jspecify.annotations.NullMarked
package io.earwitness.recorder.dtls;
