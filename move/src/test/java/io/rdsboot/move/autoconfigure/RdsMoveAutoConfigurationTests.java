package io.rdsboot.move.autoconfigure;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.move.assess.MoveAssessment;
import io.rdsboot.move.assess.MoveFinding;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RdsMoveAutoConfiguration}.
 */
@LocalRds
class RdsMoveAutoConfigurationTests {

	private ApplicationContextRunner runner;

	private LocalRdsCluster target;

	@BeforeEach
	void configure(LocalRdsCluster target) {
		this.target = target;
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, RdsMoveAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + target.writer().host() + ":" + target.writer().port(),
					"rds.database=" + target.database(), "rds.credentials.username=" + target.username(),
					"rds.credentials.password=" + target.password(), "management.endpoints.web.exposure.include=*");
	}

	@Test
	void nothingMovesByDefault() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(MoveAssessment.class)
			.doesNotHaveBean(RdsMoveEndpoint.class));
	}

	@Test
	void theEndpointAssessesTheMove() {
		try (LocalRdsCluster source = LocalRdsCluster.builder().readers(0).database("shop").start()) {
			this.runner
				.withPropertyValues("rds.move.source.address=" + source.writer().host() + ":" + source.writer().port(),
						"rds.move.source.database=shop", "rds.move.source.username=" + source.username(),
						"rds.move.source.password=" + source.password())
				.run((context) -> {
					RdsMoveEndpoint.Assessment answer = context.getBean(RdsMoveEndpoint.class).assess();
					assertThat(answer.ready()).isFalse();
					assertThat(answer.findings()).extracting(MoveFinding::check)
						.contains("logical-replication", "privileges")
						.doesNotContain("one-server");
				});
		}
	}

	@Test
	void theSourceMayBeTheTargetByMistake() {
		this.runner
			.withPropertyValues(
					"rds.move.source.address=jdbc:postgresql://%s:%d/%s".formatted(this.target.writer().host(),
							this.target.writer().port(), this.target.database()),
					"rds.move.source.username=" + this.target.username(),
					"rds.move.source.password=" + this.target.password())
			.run((context) -> assertThat(context.getBean(MoveAssessment.class).assess().findings())
				.extracting(MoveFinding::check)
				.contains("one-server"));
	}

	@Test
	void whatIsMissingIsNamed() {
		this.runner.withPropertyValues("rds.move.source.address=old.example.com")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessageContaining("rds.move.source.username")
				.hasMessageContaining("rds.move.source.password"));
	}

}
