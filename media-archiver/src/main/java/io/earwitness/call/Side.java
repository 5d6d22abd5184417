package io.earwitness.call;

/**
 * The audio channel on which a party is heard.
 *
 * @param channel 0 is left (the first m-line of the recording session), 1 is right, more as needed
 */
public record Side(int channel) {
  public static final Side LEFT = new Side(0);
  public static final Side RIGHT = new Side(1);

  public Side {
    if (channel < 0 || channel > 255) {
      throw new IllegalArgumentException("channel " + channel + " is not in 0..255");
    }
  }

  /** {@code left}, {@code right}, then {@code channel-3} and so on. */
  public String wireName() {
    return switch (channel) {
      case 0 -> "left";
      case 1 -> "right";
      default -> "channel-" + (channel + 1);
    };
  }

  /**
   * Reads what {@link #wireName()} wrote.
   *
   * @throws IllegalArgumentException if the text names no side
   */
  public static Side parse(String text) {
    return switch (text) {
      case "left" -> LEFT;
      case "right" -> RIGHT;
      default -> {
        if (!text.startsWith("channel-")) {
          throw new IllegalArgumentException("'%s' is no side".formatted(text));
        }
        yield new Side(Integer.parseInt(text.substring("channel-".length())) - 1);
      }
    };
  }
}
