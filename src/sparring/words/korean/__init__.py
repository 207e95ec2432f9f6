"""Translations: ``TEXTS`` of every module here, English to Korean. The style is 합니다체, terms are those of Korean textbooks."""
