package io.rdsboot.test.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The image of the Docker tests, with Testcontainers' own PostgreSQL container.
 */
@Tag("docker")
@EnabledIf(value = "io.rdsboot.test.server.DockerRuntime#isAvailable",
		disabledReason = "no Docker engine answers: dev/docker starts one")
class DockerImageTests {

	@Test
	void postgresContainerWhenImageIsPgvectorsHasVectorExtension() throws Exception {
		DockerImageName image = DockerImageName.parse(DockerRuntime.DEFAULT_IMAGE)
			.asCompatibleSubstituteFor("postgres");
		try (PostgreSQLContainer container = new PostgreSQLContainer(image)) {
			container.start();
			try (Connection connection = container.createConnection("");
					Statement statement = connection.createStatement()) {
				statement.execute("CREATE EXTENSION vector");
				try (ResultSet result = statement.executeQuery("SELECT '[1,2]'::vector <-> '[1,4]'")) {
					assertThat(result.next()).isTrue();
					assertThat(result.getInt(1)).isEqualTo(2);
				}
			}
		}
	}

}
