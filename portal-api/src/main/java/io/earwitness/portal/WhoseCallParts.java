package io.earwitness.portal;

import io.earwitness.archive.catalog.Corrections;
import io.earwitness.archive.catalog.NumberHolding;
import io.earwitness.portal.imports.TenantMaker;

/** What the portal settles with whose a call is. Thread-safe. */
public record WhoseCallParts(
    TenantMaker tenants,
    NumberHolding holders,
    Corrections corrections,
    QuarantineDesk quarantine) {}
