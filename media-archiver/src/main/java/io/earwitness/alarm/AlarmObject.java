package io.earwitness.alarm;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What an alarm is about: a type and an id, such as {@code node:rec-1}. Never a person's number or
 * name.
 *
 * @param text 3 to 200 characters without control characters
 */
public record AlarmObject(String text) {
  private static final int MOST = 200;
  private static final Pattern FORM = Pattern.compile("[a-z-]+:[^\\p{Cntrl}]+");

  public AlarmObject {
    if (text.length() > MOST || !FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no object of an alarm: a type and an id, such as node:rec-1, of at most %d characters"
              .formatted(text, MOST));
    }
  }

  /** A recorder's node by its name, whatever that holds. */
  public static AlarmObject node(String name) {
    return of("node", name);
  }

  public static AlarmObject recording(RecordingId id) {
    return of("recording", id.toString());
  }

  public static AlarmObject tenant(TenantSlug slug) {
    return of("tenant", slug.value());
  }

  /** A channel of a tenant. */
  public static AlarmObject channel(TenantSlug tenant, String name) {
    return of("channel", tenant + "/" + name);
  }

  /** An act that waits to be done. */
  public static AlarmObject approval(UUID id) {
    return of("approval", id.toString());
  }

  /** A run of disposal. */
  public static AlarmObject disposal(UUID run) {
    return of("disposal", run.toString());
  }

  /** A request of somebody who was recorded. */
  public static AlarmObject subjectRequest(UUID id) {
    return of("subject-request", id.toString());
  }

  /** What the platform's support asks for. */
  public static AlarmObject supportRequest(UUID id) {
    return of("support-request", id.toString());
  }

  /** A use of a sealed code. */
  public static AlarmObject breakGlass(UUID use) {
    return of("break-glass", use.toString());
  }

  private static AlarmObject of(String type, String id) {
    String clean = id.replaceAll("\\p{Cntrl}|\\p{Cs}", "_");
    String text = type + ":" + (clean.isEmpty() ? "_" : clean);
    return new AlarmObject(text.substring(0, Math.min(text.length(), MOST)));
  }

  /** Whether it is a recording's. */
  public boolean isRecording() {
    return text.startsWith("recording:");
  }

  @Override
  public String toString() {
    return text;
  }
}
