package io.earwitness.recorder.sip;

/** Identifies a dialog from our side (RFC 3261 §12). */
public record DialogId(String callId, String localTag, String remoteTag) {}
