package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VendorDatumTest {
  @Test
  void namesAndValuesAreCutAtTheirLimits() {
    String name = "n".repeat(VendorDatum.MAX_NAME);
    String value = "v".repeat(VendorDatum.MAX_VALUE);
    assertThat(new VendorDatum(name, value)).isEqualTo(new VendorDatum(name + "x", value + "y"));
    assertThat(new VendorDatum(name, value).value()).isEqualTo(value);

    String beforePair = "v".repeat(VendorDatum.MAX_VALUE - 1);
    assertThat(new VendorDatum("n", beforePair + "\ud83d\udcde").value()).isEqualTo(beforePair);
  }

  @Test
  void callsWrittenBeforeThereWasVendorDataAreStillRead() throws Exception {
    CallSummary call =
        new CallSummary(
            RecordingId.draw(Instant.EPOCH),
            new TenantSlug("acme"),
            CallState.LIVE,
            Instant.EPOCH,
            null,
            ZoneOffset.UTC,
            Direction.UNKNOWN,
            List.of(),
            Set.of(),
            List.of("c@h"),
            "node",
            "rule",
            "v1",
            null,
            null,
            List.of(new VendorDatum("ucid", "1")));
    String text = Json.text(call);
    assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8), CallSummary.class)).isEqualTo(call);

    String older = text.replace(",\"vendorData\":[{\"name\":\"ucid\",\"value\":\"1\"}]", "");
    assertThat(older).isNotEqualTo(text);
    assertThat(Json.read(older.getBytes(StandardCharsets.UTF_8), CallSummary.class).vendorData())
        .isEmpty();
  }
}
