package io.earwitness.recorder.sip;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The dialogs that stand. Thread-safe. */
final class Dialogs {
  private record Caller(String callId, String tag) {}

  private final Map<DialogId, SipCall> calls = new ConcurrentHashMap<>();
  private final Map<Caller, SipCall> byCaller = new ConcurrentHashMap<>();

  void put(DialogId id, SipCall call) {
    calls.put(id, call);
    if (call.isServer()) {
      byCaller.put(new Caller(id.callId(), id.remoteTag()), call);
    }
  }

  void remove(DialogId id) {
    SipCall call = calls.remove(id);
    if (call != null) {
      byCaller.remove(new Caller(id.callId(), id.remoteTag()), call);
    }
  }

  int size() {
    return calls.size();
  }

  /** The dialog that a request belongs to (RFC 3261 §12.2.2). */
  @Nullable SipCall of(SipRequest request) {
    return request.toTag() == null
        ? null
        : of(request.callId(), request.toTag(), request.fromTag());
  }

  @Nullable SipCall of(String callId, String localTag, @Nullable String remoteTag) {
    return calls.get(new DialogId(callId, localTag, remoteTag == null ? "" : remoteTag));
  }

  /**
   * The dialog that an INVITE without a To tag has made already, if it is a copy of that INVITE.
   */
  @Nullable SipCall madeBy(SipRequest invite) {
    String tag = invite.fromTag() == null ? "" : invite.fromTag();
    return byCaller.get(new Caller(invite.callId(), tag));
  }
}
