package io.rdsboot.service;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.rdsboot.routing.infrastructure.InfrastructureDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.quartz.autoconfigure.QuartzDataSource;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.LockRepository;
import org.springframework.integration.jdbc.metadata.JdbcMetadataStore;
import org.springframework.integration.metadata.ConcurrentMetadataStore;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of libraries that keep their own state in the database, on two instances of a
 * service, where nothing is configured but what the second makes by hand for Quartz and
 * db-scheduler. Replay is paused, so that whoever reads from a reader sees nothing of
 * what the test does.
 */
@LocalRds(readers = 2)
class InfrastructureLibrariesTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static ServiceInstance first;

	private static ServiceInstance second;

	private final LocalRdsCluster cluster;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	InfrastructureLibrariesTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeAll
	static void start(LocalRdsCluster cluster) {
		first = start(cluster, Application.class, "always");
		second = start(cluster, ByHand.class, "never");
	}

	private static ServiceInstance start(LocalRdsCluster cluster, Class<?> application, String initialize) {
		return ServiceInstance.of(cluster, application, "spring.sql.init.mode=" + initialize,
				"db-scheduler.enabled=true", "db-scheduler.threads=1", "db-scheduler.polling-interval=200ms",
				"spring.sql.init.schema-locations=classpath:infrastructure.sql,"
						+ "classpath:org/springframework/integration/jdbc/schema-postgresql.sql",
				"spring.modulith.events.jdbc.schema-initialization.enabled=true", "spring.quartz.job-store-type=jdbc",
				"spring.quartz.jdbc.initialize-schema=" + initialize,
				// Within one process, Quartz finds the data source by the scheduler's
				// name.
				"spring.quartz.scheduler-name=" + application.getSimpleName(),
				"spring.quartz.properties.org.quartz.threadPool.threadCount=1",
				"spring.quartz.properties.org.quartz.scheduler.instanceId=AUTO",
				"spring.quartz.properties.org.quartz.jobStore.isClustered=true",
				"spring.quartz.properties.org.quartz.jobStore.driverDelegateClass="
						+ PostgreSQLDelegate.class.getName());
	}

	@AfterAll
	static void stop() {
		first.close();
		second.close();
	}

	@BeforeEach
	void pauseReplay() {
		Work.PORTS.clear();
		this.cluster.awaitReplication();
		this.cluster.readers().forEach(this.cluster::pauseReplay);
	}

	@AfterEach
	void resumeReplay() {
		this.executor.shutdownNow();
		this.cluster.readers().forEach(this.cluster::resumeReplay);
	}

	@Test
	void heldLockOfSpringIntegrationIsReportedAsHeld() throws Exception {
		LockRepository locks = first.bean(LockRepository.class);
		assertThat(locks.acquire("import", MINUTE)).isTrue();
		assertThat(onAnotherThread(() -> locks.isAcquired("import"))).isTrue();
		assertThat(second.bean(LockRepository.class).acquire("import", MINUTE)).isFalse();
		assertReadsFromReaders(first);
		locks.delete("import");
		assertThat(onAnotherThread(() -> locks.isAcquired("import"))).isFalse();
	}

	@Test
	void metadataOfSpringIntegrationIsReadFromTheWriter() throws Exception {
		first.bean(ConcurrentMetadataStore.class).putIfAbsent("seen", "1");
		assertThat(onAnotherThread(() -> second.bean(ConcurrentMetadataStore.class).get("seen"))).isEqualTo("1");
		assertReadsFromReaders(first);
	}

	@Test
	void eventOfSpringModulithIsHandledOnce() throws Exception {
		Events events = first.bean(Events.class);
		events.publish("shipped");
		assertThat(events.handled("shipped")).isEqualTo(1);
		onAnotherThread(() -> resubmit(first));
		assertThat(events.handled("shipped")).isEqualTo(2);
		onAnotherThread(() -> resubmit(first));
		assertThat(events.handled("shipped")).isEqualTo(2);
	}

	private static boolean resubmit(ServiceInstance service) {
		service.bean(IncompleteEventPublications.class).resubmitIncompletePublications((publication) -> true);
		return true;
	}

	@Test
	void publicationOfAnEventIsPartOfTheTransactionThatPublishesIt() throws Exception {
		int port = onAnotherThread(() -> {
			first.bean(Events.class).publish("paid");
			return first.bean(Work.class).readingPort();
		});
		assertThat(port).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void jobUnderShedLockRunsOnOneInstanceAndReadsFromReaders() {
		LockProvider locks = first.bean(LockProvider.class);
		SimpleLock held = locks.lock(lock("report")).orElseThrow();
		assertThat(second.bean(LockProvider.class).lock(lock("report"))).isEmpty();
		assertReadsFromReaders(first);
		held.unlock();
		assertReadsFromReaders(first);
		SimpleLock next = second.bean(LockProvider.class).lock(lock("report")).orElseThrow();
		next.extend(MINUTE, Duration.ZERO).orElseThrow().unlock();
		assertReadsFromReaders(second);
	}

	private static LockConfiguration lock(String name) {
		return new LockConfiguration(Instant.now(), name, MINUTE, Duration.ZERO);
	}

	@Test
	void jobsOfQuartzRunOnceAndReadFromReaders() throws Exception {
		for (int i = 0; i < 5; i++) {
			scheduleJob(first, "job-" + i);
		}
		assertReadsFromReaders(first);
		awaitJobs(5);
	}

	@Test
	void dataSourceThatIsChosenForQuartzIsTaken() {
		assertThat(second.bean(ByHand.class).quartzConnections).hasPositiveValue();
	}

	@Test
	void jobOfQuartzThatIsScheduledInATransactionIsPartOfIt() throws Exception {
		boolean scheduled = onAnotherThread(() -> rolledBack(first, () -> {
			scheduleJob(first, "undone");
			return first.bean(org.quartz.Scheduler.class).checkExists(JobKey.jobKey("undone"));
		}));
		assertThat(scheduled).isTrue();
		assertThat(first.bean(org.quartz.Scheduler.class).checkExists(JobKey.jobKey("undone"))).isFalse();
	}

	private static void scheduleJob(ServiceInstance service, String name) throws SchedulerException {
		service.bean(org.quartz.Scheduler.class)
			.scheduleJob(JobBuilder.newJob(QuartzJob.class).withIdentity(name).build(),
					TriggerBuilder.newTrigger().startNow().build());
	}

	@Test
	void tasksOfDbSchedulerRunOnceAndReadFromReaders() {
		scheduleTasks(first);
		assertReadsFromReaders(first);
		awaitJobs(5);
	}

	@Test
	void tasksOfASchedulerThatTakesTheViewRunOnceAndReadFromReaders() {
		first.bean(Scheduler.class).pause();
		scheduleTasks(second);
		assertReadsFromReaders(second);
		awaitJobs(5);
		first.bean(Scheduler.class).resume();
	}

	@Test
	void taskOfDbSchedulerThatIsScheduledInATransactionIsPartOfIt() throws Exception {
		TaskInstance<Void> task = new TaskInstance<>("task", "undone");
		boolean scheduled = onAnotherThread(() -> rolledBack(first, () -> {
			first.bean(Scheduler.class).schedule(task, Instant.now().plus(MINUTE));
			return first.bean(Scheduler.class).getScheduledExecution(task).isPresent();
		}));
		assertThat(scheduled).isTrue();
		assertThat(first.bean(Scheduler.class).getScheduledExecution(task)).isEmpty();
	}

	private static void scheduleTasks(ServiceInstance service) {
		for (int i = 0; i < 5; i++) {
			service.bean(Scheduler.class).schedule(new TaskInstance<>("task", "task-" + i), Instant.now());
		}
	}

	private static <T> T rolledBack(ServiceInstance service, Callable<T> work) {
		return new TransactionTemplate(service.bean(PlatformTransactionManager.class)).execute((status) -> {
			status.setRollbackOnly();
			try {
				return work.call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	/**
	 * Waits until as many jobs have run, and looks whether they were more.
	 */
	private void awaitJobs(int number) {
		Awaitility.await().atMost(MINUTE).until(() -> Work.PORTS.size() == number);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.during(Duration.ofSeconds(1))
			.until(() -> Work.PORTS.size() == number);
		assertThat(Work.PORTS.values()).allSatisfy((ports) -> assertThat(ports).hasSize(1));
		assertThat(Work.PORTS.values().stream().flatMap(List::stream)).isSubsetOf(readerPorts());
	}

	/**
	 * Runs work on a thread that has written nothing.
	 */
	private <T> T onAnotherThread(Callable<T> work) throws InterruptedException, ExecutionException {
		return this.executor.submit(work).get();
	}

	/**
	 * Waits until the monitor has seen that the readers have what the tests before have
	 * written on this thread. Of what is written while replay is paused it never will.
	 */
	private void assertReadsFromReaders(ServiceInstance service) {
		Awaitility.await()
			.atMost(MINUTE)
			.pollInSameThread()
			.untilAsserted(() -> assertThat(service.bean(Work.class).readingPort()).isIn(readerPorts()));
	}

	private List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

	/**
	 * The application's reads, and the ports that its jobs found.
	 */
	static class Work {

		static final Map<String, List<Integer>> PORTS = new ConcurrentHashMap<>();

		private final JdbcTemplate jdbc;

		Work(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional(readOnly = true)
		public int readingPort() {
			return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
		}

		void run(String job, int port) {
			PORTS.merge(job, List.of(port), (present, another) -> List.of(present.get(0), another.get(0)));
		}

	}

	static class QuartzJob implements Job {

		private final Work work;

		QuartzJob(Work work) {
			this.work = work;
		}

		@Override
		public void execute(JobExecutionContext context) {
			this.work.run(context.getJobDetail().getKey().getName(), this.work.readingPort());
		}

	}

	record Event(String name) {

	}

	/**
	 * Publishes events, and fails to handle each of them once.
	 */
	static class Events {

		private final Map<String, Integer> handled = new ConcurrentHashMap<>();

		private final ApplicationEventPublisher publisher;

		Events(ApplicationEventPublisher publisher) {
			this.publisher = publisher;
		}

		@Transactional
		public void publish(String name) {
			this.publisher.publishEvent(new Event(name));
		}

		/**
		 * Returns how often an event was given to the listener.
		 */
		public int handled(String name) {
			return this.handled.getOrDefault(name, 0);
		}

		@TransactionalEventListener
		public void handle(Event event) {
			if (this.handled.merge(event.name(), 1, Integer::sum) == 1) {
				throw new IllegalStateException("the first time fails");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration")
	static class Application {

		@Bean
		Work work(JdbcTemplate jdbc) {
			return new Work(jdbc);
		}

		@Bean
		Events events(ApplicationEventPublisher publisher) {
			return new Events(publisher);
		}

		@Bean
		@DependsOnDatabaseInitialization
		DefaultLockRepository lockRepository(DataSource dataSource) {
			return new DefaultLockRepository(dataSource);
		}

		@Bean
		@DependsOnDatabaseInitialization
		JdbcMetadataStore metadataStore(JdbcTemplate jdbc) {
			return new JdbcMetadataStore(jdbc);
		}

		@Bean
		LockProvider lockProvider(JdbcTemplate jdbc) {
			return new JdbcTemplateLockProvider(
					JdbcTemplateLockProvider.Configuration.builder().withJdbcTemplate(jdbc).usingDbTime().build());
		}

		@Bean
		OneTimeTask<Void> task(Work work) {
			return Tasks.oneTime("task").execute((instance, context) -> work.run(instance.getId(), work.readingPort()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByHand extends Application {

		private final AtomicInteger quartzConnections = new AtomicInteger();

		@Bean(defaultCandidate = false)
		@QuartzDataSource
		DataSource quartzDataSource(DataSource dataSource) {
			return new DelegatingDataSource(new InfrastructureDataSource(dataSource)) {

				@Override
				public Connection getConnection() throws SQLException {
					ByHand.this.quartzConnections.incrementAndGet();
					return super.getConnection();
				}

			};
		}

		@Bean(initMethod = "start", destroyMethod = "stop")
		@DependsOnDatabaseInitialization
		Scheduler taskScheduler(DataSource dataSource, OneTimeTask<Void> task) {
			return Scheduler.create(new InfrastructureDataSource(dataSource), task)
				.threads(1)
				.pollingInterval(Duration.ofMillis(200))
				.build();
		}

	}

}
