package io.earwitness.notify;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.Notice;
import java.io.IOException;
import java.util.List;

/** Tells notices through channels. Thread-safe. */
@FunctionalInterface
public interface Notifier {
  /**
   * Tells them once, in one message where the channel has such.
   *
   * @param notices at least one, all of the channel's tenant
   * @throws IOException saying in a line why they were not taken, without secrets
   */
  void tell(AlarmChannel channel, List<Notice> notices) throws IOException;
}
