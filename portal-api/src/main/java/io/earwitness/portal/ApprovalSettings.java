package io.earwitness.portal;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.ChannelType;
import java.time.Duration;

/**
 * How acts that need a second person are treated, and what of them is possible here.
 *
 * @param expiry undecided for so long, an act is no longer done
 * @param waiting after so long an act is done that nobody else could decide
 * @param mail whether there is a mail server
 * @param localAddresses whether webhooks may be plain {@code http}
 */
public record ApprovalSettings(
    Duration expiry, Duration waiting, boolean mail, boolean localAddresses) {
  public ApprovalSettings {
    if (!expiry.isPositive() || !waiting.isPositive()) {
      throw new IllegalArgumentException("approvals can't expire or be done at once");
    }
  }

  /**
   * Refuses a channel that nothing could be sent to.
   *
   * @throws IllegalArgumentException saying why
   */
  void check(AlarmChannel channel) {
    if (channel.type() == ChannelType.EMAIL && !mail) {
      throw new IllegalArgumentException("the platform has no mail server");
    }
    boolean byUrl = channel.type() == ChannelType.WEBHOOK || channel.type() == ChannelType.TEAMS;
    if (byUrl && !channel.address().startsWith("https:") && !localAddresses) {
      throw new IllegalArgumentException("%s must be https".formatted(channel.shownAddress()));
    }
  }
}
