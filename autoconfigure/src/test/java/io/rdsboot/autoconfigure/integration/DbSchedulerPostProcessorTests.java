package io.rdsboot.autoconfigure.integration;

import java.util.Optional;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import io.rdsboot.routing.infrastructure.InfrastructureDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the data source that db-scheduler's starter takes.
 */
class DbSchedulerPostProcessorTests {

	private final DataSource dataSource = new DriverManagerDataSource();

	private final DbSchedulerPostProcessor postProcessor;

	DbSchedulerPostProcessorTests() {
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerSingleton("dataSource", this.dataSource);
		this.postProcessor = new DbSchedulerPostProcessor(beanFactory.getBeanProvider(DataSource.class));
	}

	@Test
	void customizerWithoutADataSourceGetsTheView() {
		DbSchedulerCustomizer customizer = processed(new Named());
		assertThat(customizer.dataSource()).get()
			.isInstanceOfSatisfying(InfrastructureDataSource.class,
					(view) -> assertThat(view.getWrappedObject()).isSameAs(this.dataSource));
		assertThat(customizer.schedulerName()).get().extracting(SchedulerName::getName).isEqualTo("orders");
		assertThat(customizer).isInstanceOf(Named.class);
	}

	@Test
	void finalCustomizerGetsTheView() {
		assertThat(processed(new Chosen(Optional.empty())).dataSource()).get()
			.isInstanceOf(InfrastructureDataSource.class);
	}

	@Test
	void dataSourceThatTheApplicationHasChosenIsTaken() {
		DataSource chosen = new DriverManagerDataSource();
		assertThat(processed(new Chosen(Optional.of(chosen))).dataSource()).containsSame(chosen);
	}

	@Test
	void otherBeansAreLeftAsTheyAre() {
		Object bean = new Object();
		assertThat(this.postProcessor.postProcessAfterInitialization(bean, "bean")).isSameAs(bean);
	}

	private DbSchedulerCustomizer processed(DbSchedulerCustomizer customizer) {
		return (DbSchedulerCustomizer) this.postProcessor.postProcessAfterInitialization(customizer, "customizer");
	}

	static class Named implements DbSchedulerCustomizer {

		@Override
		public Optional<SchedulerName> schedulerName() {
			return Optional.of(new SchedulerName.Fixed("orders"));
		}

	}

	record Chosen(Optional<DataSource> dataSource) implements DbSchedulerCustomizer {

	}

}
