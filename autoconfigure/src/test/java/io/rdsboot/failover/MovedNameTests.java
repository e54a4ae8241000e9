package io.rdsboot.failover;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of services whose servers have names that DNS moves.
 */
class MovedNameTests {

	/**
	 * Address of this machine where no server is.
	 */
	private static final String NOBODY = "127.99.99.99";

	@Test
	void serviceFollowsItsNames(@TempDir Path directory) throws IOException, SQLException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).distinctHosts().start()) {
			try (Connection connection = cluster.adminConnection(cluster.writer());
					Statement statement = connection.createStatement()) {
				statement.execute("SET ROLE app");
				statement.execute("CREATE TABLE written (id int)");
			}
			LocalRdsInstance writer = cluster.writer();
			LocalRdsInstance first = cluster.readers().get(0);
			LocalRdsInstance second = cluster.readers().get(1);
			try (NamedService service = NamedService.start(cluster, directory, names(writer, first))) {
				service.await("reads from the first reader", (line) -> line.equals("read from " + first.host()));
				service.move(names(writer, second));
				service.await("reads from the second reader, which were moved without a lost connection",
						(line) -> line.equals("read from " + second.host()));
				service.move(Map.of(NamedService.READER, second.host()));
				cluster.failover(first);
				service.move(names(first, second));
				service.await("writes to the new writer", (line) -> line.equals("written by " + first.host()));
				service.await("reads from the second reader", (line) -> line.equals("read from " + second.host()));
				service
					.move(Map.of(NamedService.WRITER, first.host(), NamedService.READER, NOBODY + " " + writer.host()));
				service.await("reads from the only address of the reader's name that answers",
						(line) -> line.equals("read from " + writer.host()));
				assertThat(service.lines()).noneMatch((line) -> line.startsWith("missed by"));
			}
		}
	}

	private static Map<String, String> names(LocalRdsInstance writer, LocalRdsInstance reader) {
		return Map.of(NamedService.WRITER, writer.host(), NamedService.READER, reader.host());
	}

}
