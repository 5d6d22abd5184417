package io.earwitness.notify;

import java.io.IOException;

/** What an HTTP status says of a notice. */
final class Answer {
  private Answer() {}

  static void require(int status) throws IOException {
    if (status >= 300 && status < 400) {
      throw new IOException(
          "it answered %d; redirects are not followed, so give the final address"
              .formatted(status));
    }
    if (status >= 400) {
      throw new IOException("it answered " + status);
    }
  }
}
