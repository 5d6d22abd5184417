package io.earwitness.portal;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.SecondFactors;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Second factors of local accounts: setting up, and whether a code is right. Thread-safe. */
final class SecondFactor {
  /**
   * Roles that have power over people, recordings or their evidence: those of {@link
   * io.earwitness.approval.ApprovalRules#PRIVILEGED} and auditors, who decide nothing but see all.
   */
  static final Set<Role> PRIVILEGED =
      Set.of(
          Role.OPERATOR,
          Role.TENANT_ADMIN,
          Role.RECORDING_ADMIN,
          Role.COMPLIANCE_OFFICER,
          Role.AUDITOR);

  private static final int RECOVERY_CODES = 10;

  /** 16 letters of 32, so 80 bits; those that look alike are left out. */
  private static final int RECOVERY_LETTERS = 16;

  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecondFactors factors;
  private final SignInKey key;
  private final Clock clock;

  SecondFactor(PortalParts parts) {
    this.factors = parts.signIn().factors();
    this.key = parts.signIn().key();
    this.clock = parts.clock();
  }

  /** Whether a person needs a second factor: by a role, or as a guest with a local account. */
  static boolean isRequired(SignInConfig config, Directory.User user) {
    if (user.kind() == AccountKind.GUEST) {
      return true;
    }
    return switch (config.totp()) {
      case OPTIONAL -> false;
      case REQUIRED_FOR_PRIVILEGED -> user.roles().stream().anyMatch(PRIVILEGED::contains);
    };
  }

  /** Whether what was shown is a code of an app; otherwise it is a recovery code. */
  static boolean isTotp(String code) {
    return code.matches("\\d{%d}".formatted(Totp.DIGITS));
  }

  /** A code without what people put into it. */
  static String clean(String code) {
    return code.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
  }

  boolean isEnrolled(Directory.User user) {
    return of(user).map(SecondFactors.Totp::secret).isPresent();
  }

  Optional<SecondFactors.Totp> of(Directory.User user) {
    return factors.totp(user.tenant(), user.id());
  }

  int recoveryCodes(Directory.User user) {
    return factors.recoveryCodes(user.tenant(), user.id());
  }

  /**
   * Whether a code is right, and was not used before. With that it is used.
   *
   * @param code {@linkplain #clean cleaned}
   */
  boolean takes(Directory.User user, String code) {
    Optional<String> sealed = of(user).map(SecondFactors.Totp::secret);
    if (sealed.isEmpty()) {
      return false;
    }
    if (!isTotp(code)) {
      return factors.takeRecoveryCode(user.tenant(), user.id(), hash(user, code));
    }
    return Totp.steps(open(user, sealed.get()), code, clock.instant()).stream()
        .anyMatch(step -> factors.take(user.tenant(), user.id(), step));
  }

  /** Draws a secret that is to be proven by a code of it. */
  byte[] begin(Directory.User user) {
    byte[] secret = Totp.draw();
    factors.begin(user.tenant(), user.id(), key.seal(purpose(user), secret));
    return secret;
  }

  /**
   * Puts what was begun in force if the code is one of it.
   *
   * @return new recovery codes; nothing if the code is wrong or nothing was begun
   */
  Optional<List<String>> enrol(Directory.User user, String code, String actor) {
    Optional<String> pending = of(user).map(SecondFactors.Totp::pending);
    if (pending.isEmpty()) {
      return Optional.empty();
    }
    Optional<Long> step =
        Totp.steps(open(user, pending.get()), code, clock.instant()).stream().findFirst();
    if (step.isEmpty()) {
      return Optional.empty();
    }
    Set<String> codes = drawCodes();
    boolean done =
        factors.enrol(
            user.tenant(), user.id(), pending.get(), step.get(), hashes(user, codes), actor);
    return done ? Optional.of(List.copyOf(codes)) : Optional.empty();
  }

  /** Replaces the recovery codes; nothing if there is no second factor. */
  Optional<List<String>> newRecoveryCodes(Directory.User user, String actor) {
    Set<String> codes = drawCodes();
    return factors.replaceRecoveryCodes(user.tenant(), user.id(), hashes(user, codes), actor)
        ? Optional.of(List.copyOf(codes))
        : Optional.empty();
  }

  boolean remove(Directory.User user, String actor) {
    return factors.remove(user.tenant(), user.id(), actor);
  }

  private static Set<String> drawCodes() {
    Set<String> codes = new LinkedHashSet<>();
    while (codes.size() < RECOVERY_CODES) {
      StringBuilder code = new StringBuilder();
      for (int i = 0; i < RECOVERY_LETTERS; i++) {
        code.append(i > 0 && i % 4 == 0 ? "-" : "")
            .append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
      }
      codes.add(code.toString());
    }
    return codes;
  }

  private Set<String> hashes(Directory.User user, Set<String> codes) {
    return codes.stream().map(code -> hash(user, clean(code))).collect(Collectors.toSet());
  }

  private String hash(Directory.User user, String code) {
    return key.code("recovery|%s|%s".formatted(user.tenant(), user.id()), code);
  }

  private byte[] open(Directory.User user, String sealed) {
    return key.open(purpose(user), sealed);
  }

  private static String purpose(Directory.User user) {
    return "totp|%s|%s".formatted(user.tenant(), user.id());
  }
}
