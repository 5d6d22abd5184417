package io.earwitness.portal;

import java.math.BigDecimal;

/**
 * What storage costs, as its operator says.
 *
 * @param perGigabyteMonth for 1,000,000,000 bytes in a month
 * @param currency its code by ISO 4217, such as {@code EUR}
 */
public record StoragePrice(BigDecimal perGigabyteMonth, String currency) {}
