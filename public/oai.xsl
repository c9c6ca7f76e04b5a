<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:oai="http://www.openarchives.org/OAI/2.0/" xmlns="http://www.w3.org/1999/xhtml" exclude-result-prefixes="oai">
  <xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat"/>
  <xsl:variable name="base" select="/oai:OAI-PMH/oai:request"/>
  <xsl:variable name="prefix">
    <xsl:choose>
      <xsl:when test="/oai:OAI-PMH/oai:request/@metadataPrefix"><xsl:value-of select="/oai:OAI-PMH/oai:request/@metadataPrefix"/></xsl:when>
      <xsl:otherwise>oai_dc</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <xsl:template match="/">
    <html lang="ky">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{{oai.page.title}}</title>
        <link rel="stylesheet" href="/assets/pico.min.css"/>
        <link rel="stylesheet" href="/assets/oai.css"/>
      </head>
      <body>
        <header class="container">
          <h1>{{oai.page.title}}</h1>
          <p>{{oai.page.purpose}}</p>
          <nav aria-label="{{oai.page.verbs}}">
            <ul>
              <li><a href="{$base}?verb=Identify">{{oai.verb.Identify}}</a></li>
              <li><a href="{$base}?verb=ListMetadataFormats">{{oai.verb.ListMetadataFormats}}</a></li>
              <li><a href="{$base}?verb=ListSets">{{oai.verb.ListSets}}</a></li>
              <li><a href="{$base}?verb=ListIdentifiers&amp;metadataPrefix=oai_dc">{{oai.verb.ListIdentifiers}}</a></li>
              <li><a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc">{{oai.verb.ListRecords}}</a></li>
            </ul>
          </nav>
        </header>
        <main class="container"><xsl:apply-templates select="oai:OAI-PMH/*[not(self::oai:request) and not(self::oai:responseDate)]"/></main>
        <footer class="container"><p>{{oai.page.answered}} <xsl:value-of select="/oai:OAI-PMH/oai:responseDate"/></p></footer>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="oai:error">
    <p role="alert"><strong><xsl:value-of select="@code"/></strong> — <xsl:value-of select="."/></p>
  </xsl:template>

  <xsl:template match="oai:Identify">
    <h2>{{oai.verb.Identify}}</h2>
    <table>
      <xsl:for-each select="*[not(self::oai:description)]">
        <tr><th scope="row"><xsl:value-of select="local-name()"/></th><td><xsl:value-of select="."/></td></tr>
      </xsl:for-each>
    </table>
    <xsl:for-each select="oai:description">
      <details><summary><xsl:value-of select="local-name(*)"/></summary><xsl:apply-templates select="*" mode="source"/></details>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="oai:ListMetadataFormats">
    <h2>{{oai.verb.ListMetadataFormats}}</h2>
    <table>
      <tr><th scope="col">{{oai.page.format}}</th><th scope="col">{{oai.page.schema}}</th><th scope="col">{{oai.verb.ListRecords}}</th></tr>
      <xsl:for-each select="oai:metadataFormat">
        <tr>
          <td><xsl:value-of select="oai:metadataPrefix"/></td>
          <td><a href="{oai:schema}"><xsl:value-of select="oai:metadataNamespace"/></a></td>
          <td>
            <xsl:choose>
              <xsl:when test="/oai:OAI-PMH/oai:request/@identifier"><a href="{$base}?verb=GetRecord&amp;identifier={/oai:OAI-PMH/oai:request/@identifier}&amp;metadataPrefix={oai:metadataPrefix}">{{oai.verb.GetRecord}}</a></xsl:when>
              <xsl:otherwise><a href="{$base}?verb=ListRecords&amp;metadataPrefix={oai:metadataPrefix}">{{oai.verb.ListRecords}}</a></xsl:otherwise>
            </xsl:choose>
          </td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template match="oai:ListSets">
    <h2>{{oai.verb.ListSets}}</h2>
    <table>
      <tr><th scope="col">{{oai.page.set}}</th><th scope="col">{{oai.page.name}}</th><th scope="col">{{oai.verb.ListRecords}}</th></tr>
      <xsl:for-each select="oai:set">
        <tr>
          <td><xsl:value-of select="oai:setSpec"/></td>
          <td><xsl:value-of select="oai:setName"/></td>
          <td><a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc&amp;set={oai:setSpec}">{{oai.verb.ListRecords}}</a></td>
        </tr>
      </xsl:for-each>
    </table>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <xsl:template match="oai:ListIdentifiers">
    <h2>{{oai.verb.ListIdentifiers}}</h2>
    <ul><xsl:for-each select="oai:header"><li><xsl:apply-templates select="."/></li></xsl:for-each></ul>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <xsl:template match="oai:ListRecords">
    <h2>{{oai.verb.ListRecords}}</h2>
    <xsl:apply-templates select="oai:record"/>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <xsl:template match="oai:GetRecord">
    <h2>{{oai.verb.GetRecord}}</h2>
    <xsl:apply-templates select="oai:record"/>
  </xsl:template>

  <xsl:template match="oai:record">
    <article>
      <header><xsl:apply-templates select="oai:header"/></header>
      <xsl:if test="oai:metadata"><xsl:apply-templates select="oai:metadata/*" mode="source"/></xsl:if>
    </article>
  </xsl:template>

  <xsl:template match="oai:header">
    <a href="{$base}?verb=GetRecord&amp;metadataPrefix={$prefix}&amp;identifier={oai:identifier}"><xsl:value-of select="oai:identifier"/></a>
    <xsl:text> · </xsl:text>
    <xsl:value-of select="oai:datestamp"/>
    <xsl:if test="@status='deleted'"><xsl:text> · </xsl:text><strong>{{oai.page.withdrawn}}</strong></xsl:if>
    <xsl:for-each select="oai:setSpec">
      <xsl:text> · </xsl:text>
      <a href="{$base}?verb=ListRecords&amp;metadataPrefix={$prefix}&amp;set={.}"><xsl:value-of select="."/></a>
    </xsl:for-each>
    <xsl:text> · </xsl:text>
    <a href="{$base}?verb=ListMetadataFormats&amp;identifier={oai:identifier}">{{oai.verb.ListMetadataFormats}}</a>
  </xsl:template>

  <xsl:template match="oai:resumptionToken">
    <xsl:if test="@completeListSize"><p>{{oai.page.whole}} <xsl:value-of select="@completeListSize"/></p></xsl:if>
    <xsl:if test="string(.)">
      <p><a rel="next" href="{$base}?verb={local-name(..)}&amp;resumptionToken={.}">{{oai.page.next}}</a></p>
    </xsl:if>
  </xsl:template>

  <!-- The metadata as it is, a line an element. -->
  <xsl:template match="*" mode="source">
    <div class="element">
      <code><xsl:value-of select="name()"/></code>
      <xsl:for-each select="@*"><xsl:text> </xsl:text><small><xsl:value-of select="name()"/>=<xsl:value-of select="."/></small></xsl:for-each>
      <xsl:text> </xsl:text>
      <xsl:choose>
        <xsl:when test="*"><xsl:apply-templates select="*" mode="source"/></xsl:when>
        <xsl:when test="starts-with(., 'http://') or starts-with(., 'https://')"><a href="{.}"><xsl:value-of select="."/></a></xsl:when>
        <xsl:otherwise><span><xsl:value-of select="."/></span></xsl:otherwise>
      </xsl:choose>
    </div>
  </xsl:template>
</xsl:stylesheet>
