package io.earwitness.recorder.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.VendorDatum;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class VendorDataTest {
  @Test
  void aUcidOnTheWireIsKnownByItsTwentyDigitsToo() {
    assertThat(Ucid.digits("00FA080001000758A20EFA")).isEqualTo("00001000071487015674");
    assertThat(Ucid.digits("04fa080001000758a20efa")).isEqualTo("00001000071487015674");
    assertThat(Ucid.digits("FA080001000758A20EFA")).isEqualTo("00001000071487015674");
    assertThat(Ucid.digits("FA08FFFFFFFFFFFFFFFF")).isEqualTo("65535655354294967295");
    assertThat(Ucid.digits("FA080001000758A20E")).isNull();
    assertThat(Ucid.digits("00001000071487015674")).isNull();
  }

  @Test
  void headersThatHoldAUcidGiveItsIdsWhateverTheirName() {
    MetadataState state = new MetadataState();
    state.headers(
        List.of(
            new VendorDatum("User-to-User", "00FA080001000758A20EFA;encoding=hex"),
            new VendorDatum("User-to-User", "48656c6c6f;encoding=hex"),
            new VendorDatum("Cisco-Guid", "1-2-3-4")));
    assertThat(state.callIds())
        .containsExactly("00FA080001000758A20EFA", "00001000071487015674", "1-2-3-4");
  }

  @Test
  void asMuchIsKeptAsIsAllowedAndEachPairOnce() {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      items.append("<item>").append(i / 2).append("</item>");
    }
    MetadataState state = new MetadataState();
    state.apply(
        MetadataParser.parse(
            ("<recording><extensiondata>" + items + "</extensiondata></recording>")
                .getBytes(StandardCharsets.UTF_8)));
    assertThat(state.vendorData())
        .hasSize(VendorDatum.MAX_PER_CALL)
        .doesNotHaveDuplicates()
        .startsWith(new VendorDatum("item", "0"), new VendorDatum("item", "1"));
  }
}
