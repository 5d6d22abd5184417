package io.earwitness.archive.numbering;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import org.jspecify.annotations.Nullable;

/**
 * What of an E.164 number stands in clear in the lake.
 *
 * @param country ISO 3166-1 alpha-2; null if the number is not international or of no country
 * @param prefix country code and area code, such as {@code +4930}; the country code alone where
 *     numbers have no area code
 */
public record NumberOrigin(@Nullable String country, @Nullable String prefix) {
  private static final NumberOrigin NONE = new NumberOrigin(null, null);
  private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

  /** Where a number belongs; nowhere if it is none or not international. */
  public static NumberOrigin of(@Nullable String number) {
    if (number == null || !number.startsWith("+")) {
      return NONE;
    }
    try {
      PhoneNumber parsed = NUMBERS.parse(number, null);
      String region = NUMBERS.getRegionCodeForNumber(parsed);
      int area = NUMBERS.getLengthOfGeographicalAreaCode(parsed);
      String national = NUMBERS.getNationalSignificantNumber(parsed);
      return new NumberOrigin(region, "+" + parsed.getCountryCode() + national.substring(0, area));
    } catch (NumberParseException e) {
      return NONE;
    }
  }
}
