package io.rdsboot.autoconfigure.failure;

import java.nio.file.Path;
import java.sql.Connection;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of {@link ConnectionFailureLog} in an application that starts although it cannot
 * connect.
 */
@LocalRds(iam = true, readers = 0)
@ExtendWith(OutputCaptureExtension.class)
class ConnectionFailureLogTests {

	private final LocalRdsCluster cluster;

	@TempDir
	private Path directory;

	ConnectionFailureLogTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@AfterEach
	void allow() {
		this.cluster.aws().allowConnect("app");
	}

	@Test
	void borrowsWhenConnectIsDeniedAndThenAllowedLogTheReasonOnceAndTheEnd(CapturedOutput output) {
		this.cluster.aws().denyConnect("app");
		Application.at(this.cluster, this.directory)
			.withAws(this.cluster)
			.with("rds.credentials.type=iam", "rds.credentials.username=app", "rds.pool.fail-fast=false",
					"rds.pool.writer.connection-timeout=2s")
			.runner()
			.run((context) -> {
				DataSource dataSource = context.getBean(DataSource.class);
				assertThatException().isThrownBy(() -> query(dataSource));
				assertThatException().isThrownBy(() -> query(dataSource));
				String address = "localhost:" + this.cluster.writerAddress().port();
				assertThat(output).containsOnlyOnce("Cannot connect to " + address
						+ ": FATAL: PAM authentication failed for user \"app\". The server refused the IAM token of user "
						+ "'app', signed for '" + address + "' in us-east-1. It does not say why.");
				this.cluster.aws().allowConnect("app");
				query(dataSource);
				assertThat(output).contains("Connections to " + address + " can be opened again");
			});
	}

	private static void query(DataSource dataSource) throws Exception {
		try (Connection connection = dataSource.getConnection()) {
			connection.createStatement().execute("SELECT 1");
		}
	}

}
