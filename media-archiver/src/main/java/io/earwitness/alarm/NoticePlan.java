package io.earwitness.alarm;

import io.earwitness.alarm.Notice.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Who is to be told what, now: a pure function of the alarms, the channels, what was planned before
 * and what is silenced. Looking twice plans nothing twice.
 */
public final class NoticePlan {
  private NoticePlan() {}

  /** A notice for a channel. */
  public record Planned(Alarm alarm, String channel, Event event) {}

  /** What was planned before, by alarm and channel. */
  public record Told(UUID alarm, String channel, Event event) {}

  /**
   * Decides for one alarm.
   *
   * @param alarm open, or cleared since the last look
   * @param channels of the alarm's tenant
   */
  public static List<Planned> plan(
      Alarm alarm,
      Collection<AlarmChannel> channels,
      Set<Told> before,
      Collection<Silence> silences,
      Instant now) {
    if (silences.stream().anyMatch(silence -> silence.covers(alarm.key(), now))) {
      return List.of();
    }
    List<Planned> planned = new ArrayList<>();
    for (AlarmChannel channel : channels) {
      Event raised = channel.after().isZero() ? Event.RAISED : Event.ESCALATED;
      boolean told = before.contains(new Told(alarm.id(), channel.name(), raised));
      if (!told && isDue(alarm, channel, now)) {
        planned.add(new Planned(alarm, channel.name(), raised));
      } else if (told
          && !alarm.isOpen()
          && !before.contains(new Told(alarm.id(), channel.name(), Event.CLEARED))) {
        planned.add(new Planned(alarm, channel.name(), Event.CLEARED));
      }
    }
    return planned;
  }

  private static boolean isDue(Alarm alarm, AlarmChannel channel, Instant now) {
    if (alarm.key().kind() == AlarmKind.ALARM_TEST) {
      return true; // whatever the channel is for, it is to be tested now
    }
    if (!channel.isFor(alarm.key().kind()) || isAbout(alarm, channel)) {
      return false;
    }
    // One that came and went between two looks is told; a channel for escalation needs no such
    return channel.after().isZero()
        ? alarm.acknowledgement() == null
        : alarm.isOpen()
            && alarm.acknowledgement() == null
            && !now.isBefore(alarm.raisedAt().plus(channel.after()));
  }

  /** What fails is not told of its own failure. */
  private static boolean isAbout(Alarm alarm, AlarmChannel channel) {
    return alarm.key().kind() == AlarmKind.ALARM_CHANNEL_FAILING
        && alarm.key().object().equals(AlarmObject.channel(channel.tenant(), channel.name()));
  }
}
