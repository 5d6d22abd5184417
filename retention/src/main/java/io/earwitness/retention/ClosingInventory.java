package io.earwitness.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Closings.Closing;
import io.earwitness.archive.catalog.Closings.Item;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * All that was recorded for a tenant that is closed, as JSON lines that are signed: {@code
 * docs/formats/closing.md}.
 */
public record ClosingInventory(Head head, List<Item> items) {
  static final String FORMAT = "earwitness-closing-inventory-1";
  private static final int PAGE = 1_000;

  public ClosingInventory {
    items = List.copyOf(items);
  }

  /** The first line. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Head(
      String format,
      TenantSlug tenant,
      UUID closing,
      String target,
      Instant stopAt,
      Instant madeAt,
      long recordings) {}

  static ClosingInventory of(Closings closings, Closing closing, String target, Instant now) {
    List<Item> items = new ArrayList<>();
    List<Item> page;
    do {
      page =
          closings.items(
              closing.tenant(), target, items.isEmpty() ? null : items.getLast().recording(), PAGE);
      items.addAll(page);
    } while (page.size() == PAGE);
    return new ClosingInventory(
        new Head(
            FORMAT, closing.tenant(), closing.id(), target, closing.stopAt(), now, items.size()),
        items);
  }

  byte[] bytes() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    line(lines, head);
    items.forEach(item -> line(lines, item));
    return lines.toByteArray();
  }

  private static void line(ByteArrayOutputStream lines, Object value) {
    lines.writeBytes(Json.bytes(value));
    lines.write('\n');
  }

  /**
   * Reads what was signed.
   *
   * @throws IOException if it is no inventory, or lacks lines
   */
  public static ClosingInventory read(byte[] content) throws IOException {
    List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
    Head head =
        lines.isEmpty()
            ? null
            : Json.read(lines.getFirst().getBytes(StandardCharsets.UTF_8), Head.class);
    if (head == null || !FORMAT.equals(head.format())) {
      throw new IOException("it is no inventory of a closing");
    }
    List<Item> items = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      items.add(Json.read(line.getBytes(StandardCharsets.UTF_8), Item.class));
    }
    if (items.size() != head.recordings()) {
      throw new IOException(
          "the inventory should name %d recordings and names %d"
              .formatted(head.recordings(), items.size()));
    }
    return new ClosingInventory(head, items);
  }
}
