package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressOfRecordTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "sip:+12025550101@example.com | sip | +12025550101 | example.com | +12025550101",
        "SIPS:Anna.Berg@Example.COM.:5061;transport=tls?x=y | sips | Anna.Berg | example.com | -",
        "'\"Anna\" <sip:100@h;user=phone>;tag=1' | sip | 100 | h | 100",
        "tel:+1-202-555-0101;ext=7 | tel | +1-202-555-0101 | - | +12025550101",
        "tel:5123;phone-context=+1202555 | tel | 5123 | - | 5123",
        "sip:+12025550101;phone-context=x@h | sip | +12025550101 | h | +12025550101",
        "sip:100:secret@h | sip | 100 | h | 100",
        "sip:%2B1202@[2001:db8::1]:5060 | sip | +1202 | 2001:db8::1 | +1202",
        "sip:100%zz@h | sip | 100%zz | h | -",
        "+12025550101@h | - | +12025550101 | h | +12025550101",
        "+12025550101 | - | +12025550101 | - | +12025550101",
        "alice | - | alice | - | -",
        "sip:recorder.example.com:5060;transport=tcp | sip | - | recorder.example.com | -",
        "sip:@h | sip | - | h | -",
        "sip:*72#@h | sip | *72# | h | *72#",
      })
  void readsWhatVendorsWrite(
      String text,
      @Nullable String scheme,
      @Nullable String user,
      @Nullable String host,
      @Nullable String number) {
    AddressOfRecord aor = AddressOfRecord.parse(text);
    assertThat(aor).isEqualTo(new AddressOfRecord(scheme, user, host));
    assertThat(aor.number()).isEqualTo(number);
  }
}
