package io.rdsboot.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of shutting down a web application whose writer is gone, with the graceful
 * shutdown that Spring Boot has by default.
 */
class ShutdownTests {

	/**
	 * Far less than what the wait for a writer, the graceful shutdown and HikariCP's
	 * shutdown would take.
	 */
	private static final Duration SOON = Duration.ofSeconds(8);

	private LocalRdsCluster cluster;

	private ConfigurableApplicationContext context;

	@BeforeEach
	void start() {
		this.cluster = LocalRdsCluster.builder().readers(1).start();
		this.context = new SpringApplicationBuilder(WritingApplication.class)
			.initializers((context) -> context.getBeanFactory().registerSingleton("cluster", this.cluster))
			.properties("server.port=0", "spring.flyway.enabled=false", "spring.main.banner-mode=off",
					// Spring Session would borrow, and wait, at each full minute.
					"spring.session.jdbc.cleanup-cron=-")
			.run();
	}

	@AfterEach
	void stop() {
		this.context.close();
		this.cluster.close();
	}

	@Test
	void requestThatWaitsForALostWriterDoesNotHoldTheShutdownUp() throws Exception {
		this.cluster.crash(this.cluster.writer());
		awaitWriterLost();
		CompletableFuture<HttpResponse<String>> response = write();
		awaitWaiting();
		assertThat(timeToClose()).isLessThan(SOON);
		assertThat(response.get(20, TimeUnit.SECONDS).body())
			.startsWith("io.rdsboot.routing.failure.TransactionNotCommittedException")
			.contains("the application is shutting down");
	}

	@Test
	void writerThatDoesNotAnswerDoesNotHoldTheShutdownUp() throws Exception {
		this.cluster.freeze(this.cluster.writer());
		awaitWriterLost();
		CompletableFuture<HttpResponse<String>> response = write();
		awaitWaiting();
		assertThat(timeToClose()).isLessThan(SOON);
		assertThat(response.get(20, TimeUnit.SECONDS).body())
			.startsWith("io.rdsboot.routing.failure.TransactionNotCommittedException");
	}

	private Duration timeToClose() {
		long begin = System.nanoTime();
		this.context.close();
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	private void awaitWriterLost() {
		TopologyProvider topology = this.context.getBean(TopologyProvider.class);
		Awaitility.await().until(() -> !topology.topology().writer().map(InstanceState::reachable).orElse(false));
	}

	/**
	 * Waits until the request is under way and waits for a connection.
	 */
	private void awaitWaiting() throws InterruptedException {
		assertThat(this.context.getBean(CountDownLatch.class).await(20, TimeUnit.SECONDS)).isTrue();
		DatabaseInstance writer = this.context.getBean(TopologyProvider.class)
			.topology()
			.instances()
			.stream()
			.map(InstanceState::instance)
			.filter((instance) -> instance.address().port() == this.cluster.writer().port())
			.findAny()
			.orElseThrow();
		InstancePools pools = this.context.getBean(InstancePools.class);
		Awaitility.await().until(() -> pools.pool(writer, InstanceRole.WRITER).waitingThreads() > 0);
	}

	private CompletableFuture<HttpResponse<String>> write() {
		int port = ((WebServerApplicationContext) this.context).getWebServer().getPort();
		return HttpClient.newHttpClient()
			.sendAsync(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/write")).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WritingApplication {

		@Bean
		CountDownLatch requests() {
			return new CountDownLatch(1);
		}

		@Bean
		ServletRegistrationBean<HttpServlet> write(JdbcTemplate jdbc, PlatformTransactionManager transactionManager,
				CountDownLatch requests) {
			TransactionTemplate transaction = new TransactionTemplate(transactionManager);
			return new ServletRegistrationBean<>(new HttpServlet() {

				private static final long serialVersionUID = 1L;

				@Override
				protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
					requests.countDown();
					try {
						transaction.executeWithoutResult((status) -> jdbc.execute("CREATE TABLE written ()"));
					}
					catch (RuntimeException ex) {
						// Written out before the servlet returns, because Tomcat's
						// graceful shutdown may end between a servlet's return and the
						// end of its response.
						byte[] body = ex.toString().getBytes(StandardCharsets.UTF_8);
						response.setContentLength(body.length);
						response.getOutputStream().write(body);
						response.flushBuffer();
					}
				}

			}, "/write");
		}

	}

}
