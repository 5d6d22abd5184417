package io.earwitness.retention.delivery;

import io.earwitness.json.Json;
import java.io.ByteArrayOutputStream;

/** Values as JSON, each in a line. For one thread. */
final class JsonLines {
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  void add(Object value) {
    lines.writeBytes(Json.bytes(value));
    lines.write('\n');
  }

  byte[] bytes() {
    return lines.toByteArray();
  }
}
