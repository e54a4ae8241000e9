package io.rdsboot.service;

import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.rdsboot.routing.ReadOnlyDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.database.Order;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcCursorItemReaderBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcPagingItemReaderBuilder;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of batch jobs that read their items from readers, on two instances of a service:
 * what fails on one of them is restarted on the other. Replay is paused meanwhile.
 */
@LocalRds(readers = 2)
class SpringBatchTests {

	private static final int ITEMS = 10;

	private static ServiceInstance first;

	private static ServiceInstance second;

	private final LocalRdsCluster cluster;

	SpringBatchTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeAll
	static void start(LocalRdsCluster cluster) {
		first = ServiceInstance.of(cluster, Application.class, "spring.batch.job.enabled=false",
				"spring.batch.jdbc.initialize-schema=always");
		second = ServiceInstance.of(cluster, Application.class, "spring.batch.job.enabled=false");
		JdbcTemplate jdbc = first.bean(JdbcTemplate.class);
		jdbc.execute("CREATE TABLE items AS SELECT id FROM generate_series(1, " + ITEMS + ") AS id");
		jdbc.execute("CREATE TABLE copies (id int, port int)");
	}

	@AfterAll
	static void stop() {
		first.close();
		second.close();
	}

	@AfterEach
	void resumeReplay() {
		this.cluster.readers().forEach(this.cluster::resumeReplay);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cursor", "paging" })
	void itemsAreReadFromReadersAndAJobGoesOnWhereItFailed(String kind) throws Exception {
		JdbcTemplate jdbc = first.bean(JdbcTemplate.class);
		jdbc.update("DELETE FROM copies");
		this.cluster.awaitReplication();
		this.cluster.readers().forEach(this.cluster::pauseReplay);
		JobExecution failed = run(first, job(first, kind, 6));
		assertThat(failed.getStatus()).isEqualTo(BatchStatus.FAILED);
		assertThat(copies(jdbc)).containsExactly(1, 2, 3, 4);
		Job job = job(second, kind, 0);
		JobExecution last = second.bean(JobRepository.class).getLastJobExecution(job.getName(), new JobParameters());
		assertThat(last.getStatus()).isEqualTo(BatchStatus.FAILED);
		JobExecution restarted = run(second, job);
		assertThat(restarted.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(copies(jdbc)).containsExactlyElementsOf(IntStream.rangeClosed(1, ITEMS).boxed().toList());
		assertThat(jdbc.queryForList("SELECT DISTINCT port FROM copies", Integer.class)).isSubsetOf(readerPorts());
	}

	/**
	 * Runs a job on a thread that has written nothing.
	 */
	private static JobExecution run(ServiceInstance service, Job job) throws Exception {
		FutureTask<JobExecution> task = new FutureTask<>(
				() -> service.bean(JobOperator.class).start(job, new JobParameters()));
		new Thread(task).start();
		return task.get(1, TimeUnit.MINUTES);
	}

	private static List<Integer> copies(JdbcTemplate jdbc) {
		return jdbc.queryForList("SELECT id FROM copies ORDER BY id", Integer.class);
	}

	private List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

	/**
	 * Copies items, two in a transaction.
	 * @param poison the item that fails, or 0
	 */
	private static Job job(ServiceInstance service, String kind, int poison) throws Exception {
		DataSource dataSource = service.bean(DataSource.class);
		JobRepository repository = service.bean(JobRepository.class);
		return new JobBuilder("copy-" + kind, repository).start(new StepBuilder("copy", repository).<Item, Item>chunk(2)
			.transactionManager(service.bean(PlatformTransactionManager.class))
			.reader(kind.equals("cursor") ? cursor(dataSource) : paging(dataSource))
			.processor((item) -> {
				if (item.id() == poison) {
					throw new IllegalStateException("item " + poison + " is poisoned");
				}
				return item;
			})
			.writer(new JdbcBatchItemWriterBuilder<Item>().dataSource(dataSource)
				.sql("INSERT INTO copies VALUES (?, ?)")
				.itemPreparedStatementSetter((item, statement) -> {
					statement.setInt(1, item.id());
					statement.setInt(2, item.port());
				})
				.build())
			.build()).build();
	}

	private static ItemStreamReader<Item> cursor(DataSource dataSource) {
		return new JdbcCursorItemReaderBuilder<Item>().name("items")
			.dataSource(ReadOnlyDataSource.of(dataSource))
			.connectionAutoCommit(false)
			.fetchSize(3)
			.sql("SELECT id, inet_server_port() AS port FROM items ORDER BY id")
			.dataRowMapper(Item.class)
			.build();
	}

	private static ItemStreamReader<Item> paging(DataSource dataSource) throws Exception {
		return new JdbcPagingItemReaderBuilder<Item>().name("items")
			.dataSource(ReadOnlyDataSource.eventual(dataSource))
			.pageSize(3)
			.selectClause("id, inet_server_port() AS port")
			.fromClause("items")
			.sortKeys(Map.of("id", Order.ASCENDING))
			.dataRowMapper(Item.class)
			.build();
	}

	record Item(int id, int port) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration",
					"org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	static class Application {

	}

}
