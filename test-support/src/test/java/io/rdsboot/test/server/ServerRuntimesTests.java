package io.rdsboot.test.server;

import java.nio.file.Path;
import java.util.Map;

import io.rdsboot.test.installation.InstallationAdvice;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.installation.PostgresInstallations;
import io.rdsboot.test.process.LocalRdsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link ServerRuntimes} and {@link InstallationAdvice}.
 */
class ServerRuntimesTests {

	@Test
	void openWhenMachineHasNothingFailsWithCommands(@TempDir Path empty) {
		PostgresInstallations none = new PostgresInstallations((name) -> null, (name) -> null, empty);
		assertThatExceptionOfType(LocalRdsException.class)
			.isThrownBy(() -> ServerRuntimes.open(none, () -> false, Login.generate("rdsadmin"), Map.of()))
			.withMessageStartingWith(
					"The local RDS needs PostgreSQL with pgvector, and this machine has none, nor a Docker"
							+ " engine that answers")
			.withMessageContaining("Run")
			.withMessageContaining("rds.local.postgres-bin");
	}

	@Test
	void adviceWhenSystemIsKnownNamesItsCommand() {
		assertThat(InstallationAdvice.forSystem("Mac OS X", "")).contains("brew install postgresql@17 pgvector");
		assertThat(InstallationAdvice.forSystem("Linux", "ID=debian\nVERSION_CODENAME=trixie"))
			.contains("sudo apt-get install postgresql && ", "-pgvector");
		assertThat(InstallationAdvice.forSystem("Linux", "ID=debian\nVERSION_CODENAME=bookworm"))
			.contains("postgresql-15 postgresql-server-dev-15", "make -C pgvector");
		assertThat(InstallationAdvice.forSystem("Linux", "ID=fedora")).contains("dnf install postgresql-server");
		assertThat(InstallationAdvice.forSystem("Linux", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\""))
			.contains("pgvector_17");
		assertThat(InstallationAdvice.forSystem("Linux", "")).contains("PostgreSQL 13 or later and pgvector");
	}

}
