package io.rdsboot.langchain4j.autoconfigure;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.autoconfigure.vector.text.TextEmbedderBridge;
import io.rdsboot.vector.VectorRepository;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for an {@link EmbeddingStore} over each {@link VectorRepository}
 * that asks for one, and for LangChain4j's models as embedders of texts. LangChain4j's
 * own starter makes an in-memory store where there is no other, so this comes before.
 */
@AutoConfiguration(after = RdsVectorAutoConfiguration.class,
		beforeName = "dev.langchain4j.spring.LangChain4jAutoConfig")
@ConditionalOnClass(EmbeddingStore.class)
@ConditionalOnBean(RdsVectorProperties.class)
@Import(EmbeddingStoreRegistrar.class)
public final class RdsLangChain4jAutoConfiguration {

	@Bean
	TextEmbedderBridge<EmbeddingModel> rdsLangChain4jTextEmbedderBridge() {
		return new LangChain4jTextEmbedderBridge();
	}

	@Bean
	EmbeddingDimensionVerifier rdsEmbeddingDimensionVerifier(RdsVectorProperties properties,
			ObjectProvider<EmbeddingModel> model) {
		return new EmbeddingDimensionVerifier(properties, model);
	}

}
