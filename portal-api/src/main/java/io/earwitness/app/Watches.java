package io.earwitness.app;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.archive.alarm.ConditionWatch;
import io.earwitness.call.TenantSlug;

/** What looks at a node's conditions. */
interface Watches {
  /** Watches something on this machine, each two seconds. */
  void watch(AlarmKind kind, ConditionWatch.Condition condition);

  /** The same of a part of this node, which is an object of its own. */
  void watchPart(AlarmKind kind, String part, ConditionWatch.Condition condition);

  /** Watches something that may keep whoever asks waiting, each 15 seconds. */
  void watchRemote(AlarmKind kind, ConditionWatch.Condition condition);

  /** Has something else done each two seconds; it must not wait. */
  void also(Runnable work);

  /** Raises what was not raised by this process before; somebody else clears it. */
  void raiseOnce(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail);
}
