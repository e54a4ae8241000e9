package io.rdsboot.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service under load whose addresses fail, or lead elsewhere, while the
 * servers are well.
 */
class AddressFailureTests {

	@TempDir
	private Path directory;

	private LocalRdsCluster cluster;

	@BeforeEach
	void start() throws Exception {
		this.cluster = LocalRdsCluster.builder().readers(2).tls().start();
		ServiceUnderLoad.waitForOneReader(this.cluster);
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void writerWhosePacketsAreDroppedReleasesItsThreads() throws Exception {
		underLoad((service, load) -> {
			LocalRdsInstance lost = this.cluster.writer();
			this.cluster.address(lost).freeze();
			LocalRdsInstance next = this.cluster.promote();
			load.awaitProgress();
			assertThat(service.roleOf(next)).isEqualTo(InstanceRole.WRITER);
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(ServiceUnderLoad.THREADS);
			this.cluster.crash(lost);
			this.cluster.restart(lost);
			this.cluster.address(lost).restore();
			service.awaitReachable(lost);
			load.awaitProgress();
		});
	}

	@Test
	void readerWhosePacketsAreDroppedReleasesItsThreads() throws Exception {
		underLoad((service, load) -> {
			LocalRdsInstance reader = this.cluster.readers().get(0);
			this.cluster.address(reader).freeze();
			load.awaitProgress();
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(ServiceUnderLoad.THREADS);
			this.cluster.address(reader).restore();
			service.awaitReachable(reader);
			load.awaitProgress();
		});
	}

	@Test
	void readerAddressThatLeadsToTheWriterHarmsNobody() throws Exception {
		underLoad((service, load) -> {
			LocalRdsInstance reader = this.cluster.readers().get(0);
			this.cluster.address(reader).cut();
			this.cluster.address(reader).restore();
			this.cluster.address(reader).pointTo(this.cluster.writer());
			load.awaitProgress();
			assertThat(service.roleOf(this.cluster.writer())).isEqualTo(InstanceRole.WRITER);
			this.cluster.address(reader).cut();
			this.cluster.address(reader).restore();
			this.cluster.address(reader).follow();
			Awaitility.await()
				.atMost(ServiceUnderLoad.BUDGET)
				.untilAsserted(() -> assertThat(service.roleOf(reader)).isEqualTo(InstanceRole.READER));
			load.awaitProgress();
		});
	}

	private void underLoad(BiConsumer<ServiceUnderLoad, ServiceLoad> scenario) throws IOException {
		Path authority = Files.writeString(this.directory.resolve("authority.pem"),
				this.cluster.certificateAuthority());
		new ServiceUnderLoad(this.cluster, this::address, "rds.tls.certificate-authorities=" + authority.toUri())
			.run(scenario);
	}

	private String address(LocalRdsInstance instance) {
		return this.cluster.address(instance).host() + ":" + this.cluster.address(instance).port();
	}

}
