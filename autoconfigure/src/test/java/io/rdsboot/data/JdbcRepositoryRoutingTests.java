package io.rdsboot.data;

import java.util.List;
import java.util.function.Consumer;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.data.annotation.Id;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.CrudRepository;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of where declared queries of JDBC repositories are answered, and of what turns
 * the read-only transactions off. The rows of the view that they read tell the port of
 * the server.
 */
@LocalRds(readers = 1)
class JdbcRepositoryRoutingTests {

	private final LocalRdsCluster cluster;

	private final ApplicationContextRunner runner;

	JdbcRepositoryRoutingTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		LocalRdsInstance writer = cluster.writer();
		LocalRdsInstance reader = cluster.readers().get(0);
		this.runner = new ApplicationContextRunner().withPropertyValues(
				"rds.writer=%s:%d".formatted(writer.host(), writer.port()),
				"rds.readers=%s:%d".formatted(reader.host(), reader.port()), "rds.database=" + cluster.database(),
				"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password());
	}

	@BeforeEach
	void createTracks() {
		this.runner.withUserConfiguration(TracksApplication.class).run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			for (String statement : List.of("DROP TABLE IF EXISTS track CASCADE",
					"CREATE TABLE track (id int PRIMARY KEY, title text)",
					"CREATE VIEW served_track AS SELECT *, inet_server_port() AS port FROM track",
					"INSERT INTO track VALUES (1, 'Naima'), (2, 'Naima')",
					"CREATE OR REPLACE FUNCTION play(track int) RETURNS int LANGUAGE sql AS "
							+ "'UPDATE track SET title = title WHERE id = $1 RETURNING inet_server_port()'")) {
				jdbc.execute(statement);
			}
		});
		this.cluster.awaitReplication();
	}

	@Test
	void declaredReadsGoToTheReader() {
		run((tracks) -> {
			assertThat(tracks.findByTitle("Naima")).hasSize(2).extracting(Track::port).containsOnly(readerPort());
			assertThat(tracks.port()).isEqualTo(readerPort());
			assertThat(tracks.countByTitle("Naima")).isEqualTo(2);
		});
	}

	@Test
	void whatModifiesLocksOrIsDeclaredOtherwiseGoesToTheWriter() {
		run((tracks) -> {
			assertThat(tracks.lockedPort(1)).isEqualTo(writerPort());
			assertThat(tracks.findByTitleAndId("Naima", 1).port()).isEqualTo(writerPort());
			assertThat(tracks.portInTransaction()).isEqualTo(writerPort());
			assertThat(tracks.rename(1, "Giant Steps")).isOne();
			tracks.deleteByTitle("Giant Steps");
		});
		run((tracks) -> assertThat(tracks.count()).isOne());
	}

	@Test
	void functionThatWritesIsRefusedWithTheMend() {
		run((tracks) -> assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> tracks.play(1))
			.withMessageContaining("Tracks.play writes")
			.withMessageContaining("rds.routing.read-only-repository-queries=false"));
	}

	@Test
	void propertyTurnsTheTransactionsOff() {
		this.runner.withUserConfiguration(TracksApplication.class)
			.withPropertyValues("rds.routing.read-only-repository-queries=false")
			.run((context) -> {
				Tracks tracks = context.getBean(Tracks.class);
				assertThat(tracks.port()).isEqualTo(writerPort());
				assertThat(tracks.play(1)).isEqualTo(writerPort());
			});
	}

	@Test
	void repositoriesWithoutDefaultTransactionsHaveNone() {
		this.runner.withUserConfiguration(UndecoratedApplication.class).run((context) -> {
			Tracks tracks = context.getBean(Tracks.class);
			assertThat(tracks.port()).isEqualTo(writerPort());
			assertThat(tracks.play(1)).isEqualTo(writerPort());
		});
	}

	/**
	 * Runs what needs a new session: one that has not written.
	 */
	private void run(Consumer<Tracks> work) {
		this.runner.withUserConfiguration(TracksApplication.class).run((context) -> {
			awaitReads(context);
			work.accept(context.getBean(Tracks.class));
		});
	}

	/**
	 * Waits until reads go to the reader. The test's thread may have written just before.
	 */
	private void awaitReads(ApplicationContext context) {
		Awaitility.await()
			.pollInSameThread()
			.until(() -> context.getBean(Tracks.class).findById(2).map(Track::port).orElse(0) == readerPort());
	}

	private int writerPort() {
		return this.cluster.writer().port();
	}

	private int readerPort() {
		return this.cluster.readers().get(0).port();
	}

	interface Tracks extends CrudRepository<Track, Integer> {

		List<Track> findByTitle(String title);

		long countByTitle(String title);

		@Query("SELECT inet_server_port()")
		int port();

		@Transactional
		@Query("SELECT inet_server_port()")
		int portInTransaction();

		@Query("SELECT inet_server_port() FROM track WHERE id = :id FOR UPDATE")
		int lockedPort(int id);

		@Lock(LockMode.PESSIMISTIC_READ)
		Track findByTitleAndId(String title, int id);

		@Query("SELECT play(:id)")
		int play(int id);

		@Modifying
		@Query("UPDATE track SET title = :title WHERE id = :id")
		int rename(int id, String title);

		@Modifying
		@Query("DELETE FROM track WHERE title = :title")
		void deleteByTitle(String title);

	}

	@Table("served_track")
	record Track(@Id int id, String title, int port) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true)
	@ImportAutoConfiguration({ RdsDataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
			TransactionManagerCustomizationAutoConfiguration.class, DataJdbcRepositoriesAutoConfiguration.class })
	static class TracksApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true, enableDefaultTransactions = false)
	@ImportAutoConfiguration({ RdsDataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
			TransactionManagerCustomizationAutoConfiguration.class, DataJdbcRepositoriesAutoConfiguration.class })
	static class UndecoratedApplication {

	}

}
