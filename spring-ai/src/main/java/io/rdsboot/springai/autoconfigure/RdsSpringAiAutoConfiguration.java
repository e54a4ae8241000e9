package io.rdsboot.springai.autoconfigure;

import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.autoconfigure.vector.text.TextEmbedderBridge;
import io.rdsboot.springai.RdsVectorStore;

import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for an {@link RdsVectorStore} over each vector repository that is
 * declared to be one, and for Spring AI's models as embedders of texts.
 */
@AutoConfiguration(after = RdsVectorAutoConfiguration.class)
@ConditionalOnClass(RdsVectorAutoConfiguration.class)
public final class RdsSpringAiAutoConfiguration {

	@Bean
	TextEmbedderBridge<EmbeddingModel> rdsSpringAiTextEmbedderBridge() {
		return new SpringAiTextEmbedderBridge();
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(OnDeclaredVectorStoreCondition.class)
	@Import(VectorStoreRegistrar.class)
	static class VectorStoreConfiguration {

		@Bean
		@ConditionalOnMissingBean
		BatchingStrategy rdsVectorStoreBatchingStrategy() {
			return new TokenCountBatchingStrategy();
		}

	}

}
