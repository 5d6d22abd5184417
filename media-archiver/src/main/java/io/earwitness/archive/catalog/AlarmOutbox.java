package io.earwitness.archive.catalog;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.Notice;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What channels are still to be told. Survives restarts; any number of nodes may work at it. */
public interface AlarmOutbox {
  /**
   * A notice that is to be told now.
   *
   * @param channel null if it is there no more
   * @param attempts before this one
   */
  record Due(
      UUID id, @Nullable AlarmChannel channel, String channelName, Notice notice, int attempts) {}

  /**
   * Plans what is to be told now.
   *
   * @param configured channels of the platform that the configuration has
   * @return how many notices
   */
  int plan(Collection<AlarmChannel> configured);

  /**
   * Takes notices that are due, for a time in which no other node does.
   *
   * @param busy channels that get none now, as {@code tenant/name}
   * @param mostOfOne at most so many for one channel
   */
  List<Due> take(
      Collection<AlarmChannel> configured, Set<String> busy, Duration lease, int mostOfOne);

  /** They were told. */
  void delivered(Collection<Due> notices);

  /**
   * They were not.
   *
   * @param retry until the next attempt; null to give up
   */
  void failed(Collection<Due> notices, String why, @Nullable Duration retry);
}
