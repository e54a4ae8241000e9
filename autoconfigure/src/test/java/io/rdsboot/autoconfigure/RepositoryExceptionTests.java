package io.rdsboot.autoconfigure;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.RecordChange;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.filter.MetadataFilter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests that a repository throws what {@link JdbcTemplate} throws.
 */
@LocalRds
class RepositoryExceptionTests {

	@Test
	void writeInAReadOnlyTransactionFailsAsThatOfAJdbcTemplate(LocalRdsCluster cluster) {
		try (HikariDataSource database = VectorTestDatabase.createWithExtension(cluster)) {
			JdbcTemplate administrator = new JdbcTemplate(database);
			administrator.execute("CREATE TABLE documents (id bigint PRIMARY KEY, embedding vector(2), content text, "
					+ "metadata jsonb NOT NULL DEFAULT '{}')");
			administrator.execute("GRANT ALL ON documents TO " + cluster.username());
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
						DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
						TransactionManagerCustomizationAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
						RdsVectorAutoConfiguration.class))
				.withPropertyValues("rds.writer=%s:%d".formatted(cluster.writer().host(), cluster.writer().port()),
						"rds.database=" + administrator.queryForObject("SELECT current_database()", String.class),
						"rds.credentials.username=" + cluster.username(),
						"rds.credentials.password=" + cluster.password(), "rds.vector.schema=none",
						"rds.vector.repositories.documents.id-type=bigint",
						"rds.vector.repositories.documents.dimensions=2")
				.run((context) -> {
					@SuppressWarnings("unchecked")
					VectorRepository<Long> documents = context.getBean("documents", VectorRepository.class);
					JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
					TransactionTemplate reading = new TransactionTemplate(
							context.getBean(PlatformTransactionManager.class));
					reading.setReadOnly(true);
					Throwable expected = failure(reading, () -> jdbc.update("DELETE FROM documents"));
					assertThat(expected).isInstanceOf(InvalidDataAccessApiUsageException.class)
						.hasMessageContaining("the transaction is declared read-only");
					writes(documents).forEach((name, write) -> {
						Throwable failure = failure(reading, write);
						assertThat(failure).as(name).isInstanceOf(InvalidDataAccessApiUsageException.class);
						assertThat(reason(failure)).as(name).isEqualTo(reason(expected));
					});
				});
		}
	}

	private static Map<String, ThrowingCallable> writes(VectorRepository<Long> documents) {
		VectorRecord<Long> record = new VectorRecord<>(1L, new float[] { 1, 2 }, null);
		MetadataFilter filter = MetadataFilter.exists("a");
		RecordChange change = RecordChange.none().put("a", 1);
		Map<String, ThrowingCallable> writes = new LinkedHashMap<>();
		writes.put("upsert", () -> documents.upsert(record));
		writes.put("insert", () -> documents.insert(record));
		writes.put("load", () -> documents.load(Stream.of(record), LoadOptions.insert()));
		writes.put("load of upserts", () -> documents.load(Stream.of(record), LoadOptions.upsert()));
		writes.put("load that replaces", () -> documents.load(Stream.of(record), LoadOptions.replace()));
		writes.put("load of lines",
				() -> documents.load(
						new ByteArrayInputStream(
								"{\"id\":1,\"vectors\":{\"embedding\":[1,2]}}".getBytes(StandardCharsets.UTF_8)),
						LoadOptions.insert()));
		writes.put("update", () -> documents.update(1L, change));
		writes.put("update by filter", () -> documents.update(filter, change));
		writes.put("delete", () -> documents.delete(List.of(1L)));
		writes.put("delete by filter", () -> documents.delete(filter));
		writes.put("delete all", documents::deleteAll);
		return writes;
	}

	private static Throwable failure(TransactionTemplate transaction, ThrowingCallable write) {
		return catchThrowable(() -> transaction.executeWithoutResult((status) -> {
			try {
				write.call();
			}
			catch (RuntimeException | Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		}));
	}

	/**
	 * The message without the task, which names the statement.
	 */
	private static String reason(Throwable failure) {
		String message = String.valueOf(failure.getMessage());
		return message.substring(message.indexOf("; ") + 2);
	}

}
