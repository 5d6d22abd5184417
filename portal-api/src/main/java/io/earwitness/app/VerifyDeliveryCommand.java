package io.earwitness.app;

import io.earwitness.archive.crypto.PrivateKeys;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.json.Json;
import io.earwitness.retention.delivery.InventoryCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds all that a closing's inventory names in the tenant's own storage, without the platform. */
@Command(
    name = "verify-delivery",
    description =
        "Finds all recordings of a closing's inventory in a folder or an S3 bucket: every byte as it"
            + " was signed, and to be opened by the tenant's own private keys. Writes a receipt.",
    mixinStandardHelpOptions = true)
final class VerifyDeliveryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--inventory",
      required = true,
      paramLabel = "P7",
      description = "The signed inventory, as the page Closing gives it.")
  private Path inventory = Path.of("");

  @Option(
      names = "--key",
      required = true,
      paramLabel = "PEM",
      description = "A private key; give several where keys were changed.")
  private List<Path> keys = new ArrayList<>();

  @Option(
      names = "--ca",
      paramLabel = "PEM",
      description =
          "The platform's CA certificate, from a source of your own. Default: the one that was"
              + " delivered along.")
  private @Nullable Path ca;

  @Option(
      names = "--receipt",
      paramLabel = "FILE",
      description = "Write the receipt there, as JSON.")
  private @Nullable Path receipt;

  @Parameters(
      paramLabel = "PLACE",
      description =
          "A folder, or https://HOST/BUCKET/PREFIX with credentials in S3_ACCESS_KEY and"
              + " S3_SECRET_KEY and the region in S3_REGION.")
  private String place = "";

  @Override
  public Integer call() throws CommandFailure {
    try (ObjectPlace opened = FindCommand.open(place)) {
      List<PrivateKey> own = new ArrayList<>();
      for (Path key : keys) {
        own.add(PrivateKeys.read(key, null));
      }
      InventoryCheck.Result result =
          new InventoryCheck(opened, FindCommand.ca(ca, opened), own)
              .check(Files.readAllBytes(inventory), Instant.now());
      result.problems().forEach(spec.commandLine().getErr()::println);
      PrintWriter out = spec.commandLine().getOut();
      String text = Json.text(result.receipt());
      if (receipt == null) {
        out.println(text);
      } else {
        Files.writeString(receipt, text + "\n");
        out.println(
            "%d of %d recordings found, %d problems; receipt in %s"
                .formatted(
                    result.receipt().found(),
                    result.receipt().recordings(),
                    result.problems().size(),
                    receipt));
      }
      return result.receipt().isComplete() ? ExitCode.DONE : ExitCode.FAILED;
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.FAILED, e.getMessage() + ": no such file");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
