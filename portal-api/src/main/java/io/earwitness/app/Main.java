package io.earwitness.app;

import io.earwitness.access.MatterKind;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.util.function.Function;
import picocli.CommandLine;

/** The entry point: hands the arguments to the command they name. */
public final class Main {
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  private Main() {}

  /** Runs a command; the process ends with its {@link ExitCode}. */
  public static void main(String[] arguments) {
    carryVirtualThreads();
    System.exit(run(arguments));
  }

  /**
   * A virtual thread that loads or initialises a class, or waits for one that does, keeps its
   * carrier (until JDK 26). With one carrier for each processor, two such threads stop all others
   * of a small machine, calls included, for as long as that takes.
   */
  private static void carryVirtualThreads() {
    if (System.getProperty(CARRIERS) == null) {
      int carriers = Math.max(16, 2 * Runtime.getRuntime().availableProcessors());
      System.setProperty(CARRIERS, String.valueOf(carriers));
    }
  }

  static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new EarwitnessCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(TenantSlug.class, clear(TenantSlug::new))
        .registerConverter(Role.class, clear(name -> WireName.parse(Role.class, name)))
        .registerConverter(Right.class, clear(name -> WireName.parse(Right.class, name)))
        .registerConverter(HolderKind.class, clear(name -> WireName.parse(HolderKind.class, name)))
        .registerConverter(Licence.class, clear(name -> WireName.parse(Licence.class, name)))
        .registerConverter(MatterKind.class, clear(name -> WireName.parse(MatterKind.class, name)))
        .registerConverter(AlarmKind.class, clear(name -> WireName.parse(AlarmKind.class, name)))
        .registerConverter(
            AlarmSeverity.class, clear(name -> WireName.parse(AlarmSeverity.class, name)))
        .registerConverter(
            ChannelType.class, clear(name -> WireName.parse(ChannelType.class, name)))
        .registerConverter(SrcProof.class, clear(name -> WireName.parse(SrcProof.class, name)))
        .registerConverter(AnswerMode.class, clear(name -> WireName.parse(AnswerMode.class, name)))
        .registerConverter(
            Closings.Keys.class, clear(name -> WireName.parse(Closings.Keys.class, name)))
        .registerConverter(
            ManagedKeyKind.class, clear(name -> WireName.parse(ManagedKeyKind.class, name)))
        .setExecutionExceptionHandler(Main::failed);
  }

  /** A converter whose message says what is wrong with the value, and that alone. */
  private static <T> CommandLine.ITypeConverter<T> clear(Function<String, T> convert) {
    return value -> {
      try {
        return convert.apply(value);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }

  /** One clear line for people; the stack trace only where the fault may be ours. */
  private static int failed(
      Exception e,
      CommandLine command,
      CommandLine.@org.jspecify.annotations.Nullable ParseResult parsed) {
    switch (e) {
      case CommandFailure failure -> {
        failure.lines().forEach(line -> command.getErr().println("earwitness: " + line));
        return failure.exitCode();
      }
      default -> {
        command.getErr().println("earwitness: " + e);
        e.printStackTrace(command.getErr());
        return ExitCode.FAILED;
      }
    }
  }
}
