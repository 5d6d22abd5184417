package io.earwitness.archive.alarm;

import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmQueue;
import io.earwitness.alarm.AlarmSeverity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log for each alarm, whatever becomes of the register. */
public final class AlarmLog implements AlarmQueue.Listener {
  private static final Logger LOG = LoggerFactory.getLogger("io.earwitness.alarm");

  @Override
  public void raised(AlarmKey key, String detail) {
    if (key.kind().severity().isAtLeast(AlarmSeverity.MAJOR)) {
      LOG.error(
          "alarm: {} {} of {}: {}", key.kind().wireName(), key.object(), key.tenant(), detail);
    } else {
      LOG.warn("alarm: {} {} of {}: {}", key.kind().wireName(), key.object(), key.tenant(), detail);
    }
  }

  @Override
  public void cleared(AlarmKey key) {
    LOG.info("alarm over: {} {} of {}", key.kind().wireName(), key.object(), key.tenant());
  }

  @Override
  public void dropped(AlarmKey key, long soFar) {
    // 1, 2, 4, 8 …: when everything is wrong, the log is needed for other lines
    if (Long.bitCount(soFar) == 1) {
      LOG.error(
          "alarm not entered in the register, as too many wait ({} so far): {} {} of {}",
          soFar,
          key.kind().wireName(),
          key.object(),
          key.tenant());
    }
  }
}
